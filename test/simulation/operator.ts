/** The real controller in a simulated process, its ports led over the simulated network. */

import type { ObjectClient } from '../../src/api/object-client.ts';
import type { EsaApi } from '../../src/cloud/esa-api.ts';
import type { Clock } from '../../src/core/clock.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';
import type { Logger } from '../../src/core/logger.ts';
import { type CachedVersion, targetOf, toCached } from '../../src/kinds/edge-app-version/cached-version.ts';
import type {
  EdgeAppVersion,
  EdgeAppVersionStatus,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { createEdgeAppVersionController } from '../../src/kinds/edge-app-version/edge-app-version-controller.ts';
import { type ProtocolRules, protocolRules } from '../../src/kinds/edge-app-version/protocol-rules.ts';
import type { ProtocolSettings } from '../../src/kinds/edge-app-version/protocol-settings.ts';
import { InformerCache } from '../../src/kube/informer-cache.ts';
import { createLeaderElection, type LeaderElection } from '../../src/runtime/election/leader-election.ts';
import type { Leadership } from '../../src/runtime/election/leadership.ts';
import { leaseDurationsFor } from '../../src/runtime/election/lease-durations.ts';
import type { Journey, MemoryLease } from '../support/memory-lease.ts';
import type { ApiServer, StoreChange } from './api-server.ts';
import type { Choices } from './choices.ts';
import type { Cloud } from './cloud.ts';
import type { History } from './history.ts';
import type { CallOptions, SimulatedProcess } from './process.ts';
import type { Tally } from './tally.ts';
import type { Timeline } from './timeline.ts';
import type { Critical } from './users.ts';

/** What a mutant may put in the place of the real thing. */
export interface Parts {
  readonly settings: ProtocolSettings;
  readonly rules: ProtocolRules;
  readonly client: ObjectClient<EdgeAppVersion>;
  readonly api: EsaApi;
  readonly leadership: Leadership;
  readonly clock: Clock;
}

export type Mutate = (parts: Parts, cache: InformerCache<CachedVersion>) => Parts;

export interface OperatorOptions {
  readonly process: SimulatedProcess;
  readonly apiServer: ApiServer;
  readonly cloud: Cloud;
  readonly timeline: Timeline;
  readonly choices: Choices;
  readonly tally: Tally;
  readonly history: History;
  readonly settings: ProtocolSettings;
  /** The lease for which the processes compete; without one this process is alone and always leads. */
  readonly lease: MemoryLease | undefined;
  /** The process has lost the lease and ends. */
  readonly onLost: () => void;
  /** How long after its deadline a create may still take effect, in milliseconds. */
  readonly latestEffectMs: number;
  readonly mutate: Mutate;
  /** Told right before a look, before a create, and before a version is asked for its use, which comes before its delete. */
  readonly onCritical: (during: Critical) => void;
}

const kubeDeadlineMs = 30_000;
/** The default of the setting. */
const esaDeadlineMs = 10_000;
const leaseDeadlineMs = 5_000;
/** Of which crashes and faults are more likely, so that a few thousand schedules meet each of them. */
const seldomCalls: Readonly<Record<string, number>> = {
  'read object': 6,
  delete: 8,
  'get app': 8,
};
const soleLeadership: Leadership = { term: () => ({ isHeld: () => true }) };

export class SimulatedOperator {
  readonly #options: OperatorOptions;
  readonly #cache: InformerCache<CachedVersion>;
  readonly #controller: ReturnType<typeof createEdgeAppVersionController>;
  readonly #election: LeaderElection | undefined;
  readonly #identity: string;
  #unwatch: (() => void) | undefined;
  #lastDeliveryMs = 0;
  /** Events that came after the listing was taken and before it arrived. */
  #early: (() => void)[] | undefined;

  constructor(options: OperatorOptions) {
    const { process, choices, history, mutate } = options;
    this.#options = options;
    this.#identity = history.newIdentity();
    this.#cache = new InformerCache({
      index: targetOf,
      onChange: (change) => this.#controller.changed(change),
    });
    this.#election = options.lease && this.#createElection(options.lease);
    const { api, ...parts } = mutate(
      {
        settings: options.settings,
        rules: protocolRules,
        client: this.#client(),
        api: this.#api(),
        leadership: this.#election?.leadership ?? soleLeadership,
        clock: process.clock,
      },
      this.#cache,
    );
    this.#controller = createEdgeAppVersionController({
      ...parts,
      cache: this.#cache,
      esa: { connect: async () => api },
      findIssues: () => [],
      missingFields: () => [],
      random: { uuid: () => history.newAttemptId(), fraction: () => choices.fraction() },
      logger: silent,
      concurrency: 3,
    });
  }

  /** Fills the cache, and works from when it leads. */
  async run(): Promise<void> {
    this.#election?.start();
    await this.#list(true);
    await this.#election?.elected(new AbortController().signal);
    this.#controller.start();
  }

  /** In order: passes under way come to their end, and the lease is given back. */
  async stop(): Promise<void> {
    await this.#controller.stop();
    await this.#election?.stop();
  }

  #createElection(lease: MemoryLease): LeaderElection {
    const { process, choices, history, tally, onLost } = this.#options;
    const journey: Journey = (apply) =>
      process.call({
        name: 'lease',
        crashShare: 0.05,
        act: apply,
        deadlineMs: leaseDeadlineMs,
        lost: () => new Error('the call for the lease was lost'),
      });
    return createLeaderElection({
      lease: lease.client(journey),
      identity: this.#identity,
      clock: process.clock,
      random: { uuid: () => history.newAttemptId(), fraction: () => choices.fraction() },
      logger: silent,
      durations: leaseDurationsFor(esaDeadlineMs),
      onLost: () => {
        tally.fault('lease lost');
        onLost();
      },
    });
  }

  /** Reads everything, and watches from that very moment on. */
  async #list(initial: boolean): Promise<void> {
    const { process, apiServer, timeline } = this.#options;
    for (;;) {
      try {
        const objects = await process.call({
          name: 'list objects',
          deadlineMs: kubeDeadlineMs,
          lost: () => new Error('the listing was lost'),
          act: () => {
            this.#unwatch?.();
            this.#unwatch = apiServer.watch((change) => this.#onEvent(change));
            this.#lastDeliveryMs = timeline.nowMs;
            this.#early = [];
            return apiServer.all();
          },
        });
        const listing = new Map(objects.map((object) => [toKey(object), toCached(object)]));
        this.#cache.replaceAll(listing, initial);
        const early = this.#early ?? [];
        this.#early = undefined;
        for (const apply of early) apply();
        return;
      } catch {
        await process.clock.sleep(500);
      }
    }
  }

  /** Events come in order, late, sometimes twice; or the watch breaks, and a listing takes its place. */
  #onEvent(change: StoreChange): void {
    const { process, choices, tally, timeline } = this.#options;
    if (!process.isAlive) return;
    if (!this.#early && choices.deviates('watch broken', 0.02)) {
      tally.fault('watch broken');
      this.#unwatch?.();
      timeline.after(choices.between(10, 5000), () => process.deliver(() => void this.#list(false)));
      return;
    }
    const isLate = choices.deviates('watch late', 0.05);
    if (isLate) tally.fault('watch late');
    const lagMs = isLate ? choices.between(100, 5000) : choices.between(1, 20);
    this.#lastDeliveryMs = Math.max(this.#lastDeliveryMs, timeline.nowMs + lagMs);
    const times = choices.deviates('event twice', 0.02) ? 2 : 1;
    if (times > 1) tally.fault('event twice');
    for (let time = 0; time < times; time += 1) {
      timeline.after(this.#lastDeliveryMs - timeline.nowMs, () =>
        process.deliver(() => {
          const apply = () => this.#apply(change);
          if (this.#early) this.#early.push(apply);
          else apply();
        }),
      );
    }
  }

  #apply({ old, new: after }: StoreChange): void {
    if (after) this.#cache.store(toCached(after), false);
    else if (old) this.#cache.remove(old);
  }

  #client(): ObjectClient<EdgeAppVersion> {
    const { process, apiServer } = this.#options;
    const { client } = apiServer.store;
    const call = <T>(name: string, act: () => Promise<T>) =>
      process.call({
        name,
        act: () => this.#mayFail(name) ?? act(),
        crashShare: seldomCalls[name] ?? 1,
        deadlineMs: kubeDeadlineMs,
        lost: () => new Error(`${name}: connection lost`),
      });
    return {
      read: (key) => call('read object', () => client.read(key)),
      replaceStatus: (object, status: EdgeAppVersionStatus) =>
        status.attempt && status.attempt.id !== object.status?.attempt?.id
          ? call('claim', () => client.replaceStatus(object, this.#mayStrip(status)))
          : call('write status', () => client.replaceStatus(object, status)),
      patchStatus: (key, operations) => call('record', () => client.patchStatus(key, operations)),
      setFinalizers: (object, finalizers) =>
        call('set finalizers', () => client.setFinalizers(object, finalizers)),
    };
  }

  /** A webhook, or the pruning of an older CRD, drops the attempt from what is stored. */
  #mayStrip(status: EdgeAppVersionStatus): object {
    const { choices, tally } = this.#options;
    // Where an earlier attempt was open, that would be a lost status, which users see to.
    if (status.attempt?.unknownBefore || !choices.deviates('claim not stored', 0.01)) return status;
    tally.fault('claim not stored');
    const { attempt: _, attempts: __, ...stored } = status;
    return stored;
  }

  /** The API server is there and says no. */
  #mayFail(name: string): Promise<never> | undefined {
    const { choices, tally } = this.#options;
    if (!choices.deviates(`${name} refused`, 0.02)) return undefined;
    tally.fault(`${name} refused`);
    return Promise.reject(new Error(`${name}: 503`));
  }

  #api(): EsaApi {
    const { process, apiServer, cloud, history, timeline, lease, latestEffectMs, onCritical } = this.#options;
    const call = <T>(
      operation: string,
      name: string,
      act: () => T,
      more: Pick<CallOptions<T>, 'latestEffectMs' | 'pauseRate'> = {},
    ) =>
      process.call({
        ...more,
        name,
        act,
        crashShare: seldomCalls[name] ?? 1,
        deadlineMs: esaDeadlineMs,
        lost: () => new EsaError({ operation, code: 'RequestTimeoutError', message: 'no answer' }),
      });
    return {
      createVersion: (request, nonce) => {
        onCritical('create');
        history.posted({
          nonce,
          name: request.Name,
          process,
          atMs: timeline.nowMs,
          isUsurped: lease !== undefined && lease.stored?.holder !== this.#identity,
        });
        const answer = call('CreateEdgeContainerAppVersion', 'create', () => cloud.create(request, nonce), {
          latestEffectMs,
          pauseRate: 0.03,
        });
        return history.answered(nonce, answer);
      },
      getVersion: (appId, versionId) =>
        call('GetEdgeContainerAppVersion', 'get', () => cloud.get(appId, versionId)),
      listVersions: async (query) => {
        onCritical('look');
        const atMs = timeline.nowMs;
        const page = await call('ListEdgeContainerAppVersions', 'list', () => cloud.list(query));
        history.listed({ atMs, process, page, searchName: query.searchName });
        return page;
      },
      deleteVersion: (appId, versionId) => {
        // What was read right before may be as old as a slow answer and the fence allow.
        const owner = cloud.ownerOf(versionId);
        if (owner && apiServer.unwantedForMs(owner) > 2 * esaDeadlineMs)
          history.unwantedDeletes.push(versionId);
        return call('DeleteEdgeContainerAppVersion', 'delete', () => cloud.delete(appId, versionId));
      },
      getApp: (appId) => call('GetEdgeContainerApp', 'get app', () => cloud.app(appId)),
      versionsInUse: (appId, environment) => {
        onCritical('delete');
        const inUse = () => cloud.inUse(appId, environment);
        return call('GetEdgeContainerAppStatus', 'get app status', inUse, { pauseRate: 0.15 });
      },
    };
  }
}

export function toKey({ metadata }: EdgeAppVersion): string {
  return `${metadata.namespace}/${metadata.name}`;
}

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};
