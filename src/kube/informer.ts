/**
 * Keeps a local copy of a collection: a listing, then a watch that goes on from it, whatever happens to the connection.
 * One loop runs one connection at a time and reads it to its end, so nothing of an old connection can arrive late.
 */

import type { KubeObject } from '../api/kube-object.ts';
import { toKey } from '../api/kube-object.ts';
import type { Change, Indexes, ObjectCache } from '../api/object-cache.ts';
import type { Resource } from '../api/resource.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Random } from '../core/random.ts';
import { InformerCache } from './informer-cache.ts';
import { fromFailure, isUnreadable, KubeError } from './kube-error.ts';
import { listPages } from './list-pages.ts';
import { ListingMode } from './listing-mode.ts';
import { logFailure } from './log-failure.ts';
import { isKubeObject } from './object-identity.ts';
import { ObjectIntake } from './object-intake.ts';
import { ObjectListing } from './object-listing.ts';
import { ReconnectPace } from './reconnect-pace.ts';
import { toApiVersion, toCollectionPath } from './resource.ts';
import type { KubeTransport } from './transport.ts';
import { corruptStream, errorEvent, type WatchEvent, watchEvents } from './watch-events.ts';
import { defaultInactivityMs, maxWatchMs, WatchHealth } from './watch-health.ts';
import { toWatchQuery } from './watch-query.ts';

export interface InformerOptions<Raw extends KubeObject, T extends KubeObject> {
  readonly transport: KubeTransport;
  readonly resource: Resource;
  /** All namespaces where absent. */
  readonly namespace?: string;
  /** What of an object is kept; it never sees managed fields. A throw leaves the object out, with an error in the log. */
  readonly toCached: (raw: Raw) => T;
  /** By which the cache finds objects. */
  readonly indexes: Indexes<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How long a watch that sends bookmarks may be silent, in milliseconds; two bookmarks, 130 s, where absent. */
  readonly inactivityMs?: number;
  /** Told once for each watch, when it has begun. */
  readonly onWatching?: () => void;
}

/** What happened so far, in numbers that only grow. */
export interface InformerStats {
  watches: number;
  /** How often the whole collection was taken in, as a stream or in pages. */
  listings: number;
  /** Connections dropped, and everything listed anew, because of bytes that were no event. */
  corruptStreams: number;
  /** Objects left out because they could not be read, or because `toCached` or an index threw. */
  unusableObjects: number;
  handlerErrors: number;
}

export interface Informer<T extends KubeObject> {
  readonly cache: ObjectCache<T> & { readonly size: number };
  readonly stats: Readonly<InformerStats>;
  /** `listener` is told of every change from now on, in the order of the subscriptions. */
  subscribe(listener: (change: Change<T>) => void): void;
  /** Resolves when the cache is complete for the first time; may be called again. @throws KubeError `Aborted` when stopped before */
  start(): Promise<void>;
  /** Ends the watch; the cache stays as it is. An informer lives once. */
  stop(): void;
  hasSynced(): boolean;
  /** Whether the watch, or a complete listing, was heard within the time that a watch may be silent. */
  isWatching(): boolean;
}

export function createInformer<Raw extends KubeObject, T extends KubeObject>(
  options: InformerOptions<Raw, T>,
): Informer<T> {
  return new WatchingInformer(options);
}

const initialEventsEnd = 'k8s.io/initial-events-end';
/** A server may respond so to a version that it cannot read; what listing again then costs, an outage has cost already. */
const maxServerErrors = 3;
/** A missing resource is asked for more often than a broken server: someone is about to install its CRD. */
const maxMissingDelayMs = 5_000;

/** Refusals of the client or its pace; any other 4xx, 410 above all, may mean the version that the watch went on from. */
const versionIsFine = new Set([401, 403, 408, 429]);

function refusesVersion(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && !versionIsFine.has(status);
}

class WatchingInformer<Raw extends KubeObject, T extends KubeObject> implements Informer<T> {
  readonly cache: InformerCache<T>;
  readonly stats: InformerStats = {
    watches: 0,
    listings: 0,
    corruptStreams: 0,
    unusableObjects: 0,
    handlerErrors: 0,
  };
  readonly #options: InformerOptions<Raw, T>;
  readonly #path: string;
  readonly #type: { readonly apiVersion: string; readonly kind: string };
  readonly #pace: ReconnectPace;
  readonly #logger: Logger;
  readonly #stopper = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  readonly #intake: ObjectIntake<Raw, T>;
  readonly #health: WatchHealth;
  readonly #listingMode = new ListingMode();
  readonly #listeners: ((change: Change<T>) => void)[] = [];
  readonly #inactivityMs: number;
  /** Since when every connection has failed; undefined after a good one. */
  #failingSinceMs: number | undefined;
  /** In a row. */
  #serverErrors = 0;
  #running: Promise<void> | undefined;
  #hasSynced = false;
  /** Where the next watch goes on; undefined when only a new listing helps. */
  #version: string | undefined;

  constructor(options: InformerOptions<Raw, T>) {
    const { resource, namespace, clock, random, logger, inactivityMs = defaultInactivityMs } = options;
    this.#options = options;
    this.#inactivityMs = inactivityMs;
    this.#health = new WatchHealth(clock, inactivityMs);
    this.#path = toCollectionPath(resource, namespace);
    this.#type = { apiVersion: toApiVersion(resource), kind: resource.kind };
    this.#pace = new ReconnectPace(clock, random);
    this.#logger = logger.child({ resource: resource.plural, group: resource.group });
    const convert = (raw: Raw): T => {
      const object = options.toCached(raw);
      // The cache will ask for them, and must not be broken by one object.
      for (const valuesOf of Object.values(options.indexes)) valuesOf(object);
      return object;
    };
    this.#intake = new ObjectIntake(convert, (error, raw) =>
      this.#onUnusable(error, isKubeObject(raw) ? toKey(raw) : undefined),
    );
    // Nobody may be waiting for it when the informer is stopped.
    this.#synced.promise.catch(() => {});
    this.cache = new InformerCache({ indexes: options.indexes, onChange: (change) => this.#tell(change) });
  }

  subscribe(listener: (change: Change<T>) => void): void {
    this.#listeners.push(listener);
  }

  start(): Promise<void> {
    this.#running ??= this.#run();
    return this.#synced.promise;
  }

  stop(): void {
    this.#stopper.abort();
    this.#synced.reject(
      new KubeError({ code: 'Aborted', message: `stopped before ${this.#path} was listed` }),
    );
  }

  hasSynced(): boolean {
    return this.#hasSynced;
  }

  isWatching(): boolean {
    return this.#health.isHeard();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopper;
    while (!signal.aborted) {
      this.#pace.onConnecting();
      const delayMs = await this.#connect().then(
        () => this.#pace.afterEnd(),
        (error: unknown) => this.#afterFailure(fromFailure(`watch ${this.#path}`, error)),
      );
      if (delayMs > 0) await this.#options.clock.sleep(delayMs, signal);
    }
  }

  /** One connection from its beginning to its end. */
  async #connect(): Promise<void> {
    if (this.#version === undefined && this.#listingMode.isPaged) await this.#list();
    await this.#watch();
  }

  async #list(): Promise<void> {
    const listing = new ObjectListing(this.#intake);
    let version = '';
    const pages = listPages({
      transport: this.#options.transport,
      path: this.#path,
      signal: this.#stopper.signal,
      onLeftOut: (error, key) => this.#onUnusable(error, key),
    });
    for await (const { items, resourceVersion } of pages) {
      version = resourceVersion;
      for (const item of items) listing.add({ ...this.#type, ...(item as object) });
    }
    this.#replaceAll(listing, version);
    this.#listingMode.onListed();
  }

  async #watch(): Promise<void> {
    const { transport, clock, random } = this.#options;
    const { signal } = this.#stopper;
    /** The streamed listing so far; undefined once it is complete. */
    let listing = this.#version === undefined ? new ObjectListing(this.#intake) : undefined;
    this.stats.watches += 1;
    const watch = watchEvents<Raw>({
      transport,
      path: `${this.#path}?${toWatchQuery(this.#version, random.fraction())}`,
      clock,
      signal,
      inactivityMs: this.#inactivityMs,
      maxWatchMs,
      isRegular: this.#health.sendsBookmarks || listing !== undefined,
    });
    let isNew = true;
    try {
      for await (const events of watch) {
        this.#health.onOpen();
        if (isNew) this.#options.onWatching?.();
        isNew = false;
        for (const event of events) {
          if (signal.aborted) return;
          listing = this.#take(event, listing);
        }
        if (!listing && events.length > 0) this.#onHeard();
      }
      if (listing) throw new Error('the server ended the watch before all initial events were there');
      this.#health.onEnd();
    } finally {
      this.#health.onClosed();
    }
  }

  /** Takes in an event. Returns the streamed listing as long as it is not complete. */
  #take(
    event: WatchEvent<Raw>,
    listing: ObjectListing<Raw, T> | undefined,
  ): ObjectListing<Raw, T> | undefined {
    if (event.type === 'BOOKMARK') this.#health.sendsBookmarks = true;
    if (!listing) this.#apply(event);
    else if (event.type === 'DELETED') listing.remove(event.object);
    else if (event.type !== 'BOOKMARK') listing.add(event.object);
    else if (event.object.metadata.annotations?.[initialEventsEnd] === 'true') {
      this.#replaceAll(listing, event.object.metadata.resourceVersion);
      return undefined;
    }
    return listing;
  }

  #onHeard(): void {
    this.#health.onHeard();
    this.#failingSinceMs = undefined;
    this.#serverErrors = 0;
  }

  #apply(event: WatchEvent<Raw>): void {
    if (event.type === 'DELETED') this.cache.remove(event.object);
    else if (event.type !== 'BOOKMARK') {
      const object = this.#intake.toCached(event.object);
      if (object) this.cache.store(object, false);
      else this.cache.remove(event.object);
    }
    this.#version = event.object.metadata.resourceVersion;
  }

  #replaceAll({ objects }: ObjectListing<Raw, T>, version: string): void {
    this.stats.listings += 1;
    this.cache.replaceAll(objects, !this.#hasSynced);
    this.#version = version;
    this.#onHeard();
    if (this.#hasSynced) return;
    this.#hasSynced = true;
    this.#logger.info({ objects: objects.size }, 'Caches synced');
    this.#synced.resolve();
  }

  #onUnusable(error: unknown, key: string | undefined): void {
    this.stats.unusableObjects += 1;
    this.#logger.error({ error, key }, 'Object left out of the cache');
  }

  #tell(change: Change<T>): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.stats.handlerErrors += 1;
        this.#logger.error({ error, key: change.key }, 'Change handler failed');
      }
    }
  }

  /** Notes what the next connection must do otherwise. Returns the milliseconds until then. */
  #afterFailure(error: KubeError): number {
    if (this.#stopper.signal.aborted) return 0;
    const { status, code } = error;
    if (this.#version === undefined && this.#listingMode.onFailure(status)) {
      this.#logger.info({}, 'Streaming lists not supported, listing in pages');
    }
    if (code === corruptStream) this.stats.corruptStreams += 1;
    if (status !== undefined && status >= 500) this.#serverErrors += 1;
    const isRefused = refusesVersion(status) || this.#serverErrors >= maxServerErrors;
    if (code === corruptStream || code === errorEvent || isRefused) this.#version = undefined;
    if (isUnreadable(error)) {
      // Only page by page the one object can be left out that cannot be read.
      this.#version = undefined;
      this.#listingMode.isPaged = true;
    }
    if (status === 410) {
      this.#logger.info({}, 'Watch expired, listing again');
      return this.#pace.afterEnd();
    }
    return this.#report(error, this.#pace.afterFailure());
  }

  #report(error: KubeError, backoffMs: number): number {
    const limitMs = error.status === 404 ? maxMissingDelayMs : Number.POSITIVE_INFINITY;
    const delayMs = Math.max(Math.min(backoffMs, limitMs), error.retryAfterMs ?? 0);
    const nowMs = this.#options.clock.monotonicMs();
    this.#failingSinceMs ??= nowMs;
    logFailure(this.#logger, error, { delayMs, failingForMs: nowMs - this.#failingSinceMs });
    return delayMs;
  }
}
