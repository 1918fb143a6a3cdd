/** Sees by one watch, as any user could, when each object first has a VersionId and when it is first Ready. */
import { apiVersion, type EdgeAppVersion, plural } from '../src/kinds/edge-app-version/edge-app-version.ts';
import { KubeError } from '../src/kube/kube-error.ts';
import type { KubeTransport } from '../src/kube/transport.ts';
import { watchEvents } from '../src/kube/watch-events.ts';
import { systemClock } from '../src/operator/system-clock.ts';
import { nowMs } from './clock.ts';

/** By `nowMs()`. */
export interface Sighting {
  versionIdMs?: number;
  readyMs?: number;
}

const collection = `/apis/${apiVersion}/${plural}`;
const neverMs = 2 ** 31;
const cachedWithinMs = 300_000;

export class Observer implements AsyncDisposable {
  /** By `namespace/name`. */
  readonly sightings = new Map<string, Sighting>();
  readonly #transport: KubeTransport;
  readonly #stopped = new AbortController();
  readonly #watching: Promise<void>;
  #resourceVersion: string;
  #readyCount = 0;
  #lastProgressMs = nowMs();
  #failure: unknown;
  #wake = Promise.withResolvers<void>();

  private constructor(transport: KubeTransport, resourceVersion: string) {
    this.#transport = transport;
    this.#resourceVersion = resourceVersion;
    this.#watching = this.#watch().catch((error: unknown) => {
      this.#failure = error;
      this.#wake.resolve();
    });
  }

  /** Sees what changes from now on; by then the API server has all objects in memory. */
  static async open(transport: KubeTransport): Promise<Observer> {
    await untilCached(transport);
    const list = await transport.request<{ metadata: { resourceVersion: string } }>({
      method: 'GET',
      path: `${collection}?limit=1`,
    });
    return new Observer(transport, list.metadata.resourceVersion);
  }

  /** How many became Ready so far. */
  get readyCount(): number {
    return this.#readyCount;
  }

  /**
   * Resolves once `isEnough` holds, which is asked after each change.
   * @throws Error when nothing got a VersionId or became Ready for `stallMs`, or the watch cannot go on
   */
  async until(isEnough: () => boolean, stallMs = 180_000): Promise<void> {
    this.#lastProgressMs = nowMs();
    while (!isEnough()) {
      if (this.#failure) throw this.#failure;
      const leftMs = this.#lastProgressMs + stallMs - nowMs();
      if (leftMs <= 0) {
        throw new Error(`no progress for ${stallMs / 1000} s: ${this.#readyCount} objects are Ready`);
      }
      const timeUp = new AbortController();
      await Promise.race([this.#wake.promise, systemClock.sleep(leftMs, timeUp.signal)]);
      timeUp.abort();
    }
  }

  untilReady(count: number): Promise<void> {
    return this.until(() => this.#readyCount >= count);
  }

  /** Whoever still waits for something is told that it will not come. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
    this.#failure ??= new Error('the observer was stopped');
    this.#wake.resolve();
  }

  /** A server ends watches from time to time; one that has forgotten the version (410) ends the run. */
  async #watch(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#watchOnce(signal);
      } catch (error) {
        if (error instanceof KubeError && error.status === 410) throw error;
        await systemClock.sleep(50, signal);
      }
    }
  }

  async #watchOnce(signal: AbortSignal): Promise<void> {
    const path = `${collection}?watch=1&allowWatchBookmarks=true&resourceVersion=${this.#resourceVersion}`;
    const options = { transport: this.#transport, path, clock: systemClock, signal };
    for await (const events of watchEvents<EdgeAppVersion>({
      ...options,
      inactivityMs: neverMs,
      maxWatchMs: neverMs,
      isRegular: false,
    })) {
      const atMs = nowMs();
      for (const { type, object } of events) {
        this.#resourceVersion = object.metadata.resourceVersion;
        if (type !== 'BOOKMARK') this.#see(object, atMs);
      }
    }
  }

  #see({ metadata, status }: EdgeAppVersion, atMs: number): void {
    const key = `${metadata.namespace}/${metadata.name}`;
    const sighting = this.sightings.get(key) ?? {};
    const isReady = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    const isNewId = sighting.versionIdMs === undefined && status?.versionId !== undefined;
    const isNewReady = sighting.readyMs === undefined && isReady === true;
    if (isNewId) sighting.versionIdMs = atMs;
    if (isNewReady) sighting.readyMs = atMs;
    this.sightings.set(key, sighting);
    if (!isNewId && !isNewReady) return;
    if (isNewReady) this.#readyCount += 1;
    this.#lastProgressMs = atMs;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** A server that has just started refuses watches (429) until its cache of the resource is complete. */
async function untilCached(transport: KubeTransport): Promise<void> {
  const path = `${collection}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;
  for (;;) {
    try {
      const stream = await transport.stream(path, AbortSignal.timeout(cachedWithinMs));
      stream.close();
      return;
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 429)) throw error;
      await systemClock.sleep(error.retryAfterMs ?? 1_000);
    }
  }
}
