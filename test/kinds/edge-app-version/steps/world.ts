/** A small world for tests of the controller: the real controller over ports in memory and a clock moved by hand. */
import { expect } from 'vitest';
import { findCondition } from '../../../../src/api/conditions.ts';
import type { ObjectKey } from '../../../../src/api/kube-object.ts';
import type { ObjectCache } from '../../../../src/api/object-cache.ts';
import type { ObjectClient, WriteResult } from '../../../../src/api/object-client.ts';
import { Accounts } from '../../../../src/cloud/accounts.ts';
import type { EsaClient } from '../../../../src/cloud/esa-client.ts';
import type { Logger } from '../../../../src/core/logger.ts';
import type { Issue } from '../../../../src/core/schema/issue.ts';
import {
  type CachedVersion,
  isLive,
  targetOf,
  toCached,
} from '../../../../src/kinds/edge-app-version/cached-version.ts';
import {
  type EdgeAppVersion,
  type EdgeAppVersionStatus,
  kind,
} from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { createEdgeAppVersionController } from '../../../../src/kinds/edge-app-version/edge-app-version-controller.ts';
import type { Dependencies } from '../../../../src/kinds/edge-app-version/pass.ts';
import type { ProtocolSettings } from '../../../../src/kinds/edge-app-version/protocol-settings.ts';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import type { KindController } from '../../../../src/runtime/kind-controller.ts';
import { edgeAppVersion } from '../../../support/manifests.ts';
import { esaClientOver, MemoryEsa, type MemoryEsaOptions } from '../../../support/memory-esa.ts';
import { createMemoryObjectStore } from '../../../support/memory-object-store.ts';
import { brokenRules } from '../../../support/status-rules.ts';
import { statusWriteOf } from '../../../support/status-writes.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

export const key = 'shop/shop-1-4-2';

export interface WorldOptions {
  /** Works only after `start`. */
  readonly isStandby?: boolean;
  readonly settings?: Partial<ProtocolSettings>;
  readonly esa?: Partial<MemoryEsaOptions>;
  readonly findIssues?: (object: EdgeAppVersion) => readonly Issue[];
  /** Wraps the client, to put faults in. */
  readonly client?: (client: ObjectClient<EdgeAppVersion>, world: World) => ObjectClient<EdgeAppVersion>;
  /** In the place of one that has the same credential for every namespace. */
  readonly esaClient?: (world: World) => EsaClient;
  readonly dependencies?: Partial<Dependencies>;
  readonly concurrency?: number;
}

export class World implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly store = createMemoryObjectStore<EdgeAppVersion>({ indexes: { target: targetOf } });
  readonly esa: MemoryEsa;
  readonly logs: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  /** Status writes that reached the API server. */
  writes = 0;
  isLeader = true;
  readonly #create: () => KindController;
  #controller: KindController;
  #accounts: Accounts | undefined;
  readonly #broken: object[] = [];
  #ids = 0;
  #isOwnWrite = false;

  constructor(options: WorldOptions = {}) {
    this.esa = new MemoryEsa({ clock: this.clock, ...options.esa });
    const random = { uuid: () => `attempt-${++this.#ids}`, fraction: () => 0.5 };
    const cache = this.#leanCache();
    const counted = this.#counted(this.store.client);
    const esaClient = options.esaClient?.(this) ?? esaClientOver(this.esa.send);
    this.#create = () => {
      const accounts = new Accounts({ esa: esaClient, clock: this.clock });
      this.#accounts = accounts;
      return createEdgeAppVersionController({
        cache,
        client: options.client?.(counted, this) ?? counted,
        accounts,
        leadership: { term: () => (this.isLeader ? { isHeld: () => this.isLeader } : undefined) },
        findIssues: options.findIssues ?? (() => []),
        missingFields: () => [],
        settings: { ...defaultSettings, ...options.settings },
        clock: this.clock,
        random,
        logger: this.#logger(),
        concurrency: options.concurrency ?? 4,
        ...options.dependencies,
      });
    };
    this.#controller = this.#create();
    this.store.onChange((change) => {
      this.#controller.changed(kind, { ...change, ...cachedPair(change), own: this.#isOwnWrite });
    });
    if (!options.isStandby) this.start();
  }

  start(onVerified?: () => void): void {
    this.#controller.start(onVerified);
  }

  /** As a new process: the cache is what the API server has, and nothing else is known. */
  restart(onVerified?: () => void): void {
    void this.stop();
    this.#controller = this.#create();
    this.start(onVerified);
  }

  /** The served schema has all fields again. */
  async completeSchema(): Promise<void> {
    this.#controller.schemaCompleted();
    await this.clock.settle();
  }

  /** Applies an object and lets everything happen that needs no time. */
  async apply(...overrides: Parameters<typeof edgeAppVersion>): Promise<void> {
    this.store.create(edgeAppVersion(...overrides));
    await this.clock.settle();
  }

  /** Another writer's change of the stored object. */
  async edit(change: (object: EdgeAppVersion) => EdgeAppVersion, of = key): Promise<void> {
    this.store.update(change(this.object(of)));
    await this.clock.settle();
  }

  async annotate(annotations: Record<string, string>): Promise<void> {
    await this.edit((object) => ({ ...object, metadata: { ...object.metadata, annotations } }));
  }

  object(of = key): EdgeAppVersion {
    const object = this.store.stored(of);
    if (!object) throw new Error(`there is no ${of}`);
    return object;
  }

  status(of = key): EdgeAppVersionStatus {
    return this.object(of).status ?? { observedGeneration: -1 };
  }

  /** The Ready condition as `status/reason`, and Stalled or Reconciling where true. */
  summary(of = key): string {
    const { conditions } = this.status(of);
    const ready = findCondition(conditions, 'Ready');
    const rest = conditions?.filter(({ type }) => type !== 'Ready').map(({ type }) => type) ?? [];
    return [`${ready?.status}/${ready?.reason}`, ...rest].join(' ');
  }

  async stop(): Promise<void> {
    const accounts = this.#accounts;
    await this.#controller.stop();
    await accounts?.close();
  }

  /** @throws where a status broke a rule */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    expect(this.#broken).toEqual([]);
  }

  #leanCache(): ObjectCache<CachedVersion> {
    const { cache } = this.store;
    const lean = (object: EdgeAppVersion | undefined) => object && toCached(object);
    return {
      get: (of) => lean(cache.get(of)),
      withIndex: (name, value) => cache.withIndex(name, value).map(toCached),
      values: () => cache.values().map(toCached),
      observe: (cached) => {
        const { namespace, name } = cached.metadata;
        const object = isLive(cached) ? cached : this.store.stored(`${namespace}/${name}`);
        if (object) cache.observe(object);
      },
    };
  }

  #counted(client: ObjectClient<EdgeAppVersion>): ObjectClient<EdgeAppVersion> {
    const count = (result: WriteResult<EdgeAppVersion>): WriteResult<EdgeAppVersion> => {
      this.writes += 1;
      if (result.kind === 'written') this.#check(result.object);
      return result;
    };
    return {
      read: (of) => client.read(of),
      replaceStatus: async (object, status) =>
        count(await this.#asOwn(() => client.replaceStatus(object, status))),
      patchStatus: async (of, operations) =>
        count(await this.#asOwn(() => client.patchStatus(of, operations))),
      setFinalizers: (object, finalizers) => this.#asOwn(() => client.setFinalizers(object, finalizers)),
    };
  }

  /** The store tells of a write before it returns. */
  #asOwn<T>(write: () => T): T {
    this.#isOwnWrite = true;
    try {
      return write();
    } finally {
      this.#isOwnWrite = false;
    }
  }

  /** Every status that is ever written is held to the rules; what breaks one is found at the end of the test. */
  #check(object: EdgeAppVersion): void {
    const broken = brokenRules(object);
    if (broken.length > 0) this.#broken.push({ broken, status: object.status });
  }

  #logger(): Logger {
    const log = (level: string) => (fields: object, message: string) => {
      this.logs.push({ level, fields, message });
    };
    const logger: Logger = {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
      child: () => logger,
    };
    return logger;
  }
}

export const settleDelayMs = 30_000;
export const spacingMs = 10_000;

const defaultSettings: ProtocolSettings = {
  ownerId: 'test-cluster',
  duplicateNames: 'refused',
  packing: defaultPacking,
  absence: { settleDelayMs, spacingMs, looks: 3 },
  claimDeadlineMs: 5000,
  propagationMs: 20 * 60_000,
  firstGetMs: 1000,
  verifyIntervalMs: 0,
};

function cachedPair({ old, new: after }: { old?: EdgeAppVersion; new?: EdgeAppVersion }) {
  return { ...(old && { old: toCached(old) }), ...(after && { new: toCached(after) }) };
}

type Client = ObjectClient<EdgeAppVersion>;

/** Told of a write that records the end of an attempt, which it does or does not. */
export type OnRecord = (
  write: () => Promise<WriteResult<EdgeAppVersion>>,
  of: ObjectKey,
  status: EdgeAppVersionStatus,
) => Promise<WriteResult<EdgeAppVersion>>;

/** `client`, whose records go through `onRecord`, by whichever way they are written. */
export function withRecords(client: Client, onRecord: OnRecord): Client {
  return {
    ...client,
    replaceStatus: (object, status: EdgeAppVersionStatus) => {
      const write = () => client.replaceStatus(object, status);
      return statusWriteOf(object.status, status) === 'record'
        ? onRecord(write, object.metadata, status)
        : write();
    },
    patchStatus: (of, operations) => {
      const status = operations.find(({ path }) => path === '/status')?.value as EdgeAppVersionStatus;
      return onRecord(() => client.patchStatus(of, operations), of, status);
    },
  };
}
