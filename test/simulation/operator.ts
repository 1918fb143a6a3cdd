/** The real controller in a simulated process, its ports led over the simulated network. */

import type { ObjectClient } from '../../src/api/object-client.ts';
import { Accounts } from '../../src/cloud/accounts.ts';
import type { Body, Call, Send } from '../../src/cloud/call.ts';
import type { CreateVersionRequest } from '../../src/cloud/create-request.ts';
import type { CreatedVersion } from '../../src/cloud/operations/create-version.ts';
import type { VersionPage } from '../../src/cloud/operations/list-versions.ts';
import { operations } from '../../src/cloud/operations.ts';
import type { Clock } from '../../src/core/clock.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';
import type { Logger } from '../../src/core/logger.ts';
import { type CachedVersion, targetOf, toCached } from '../../src/kinds/edge-app-version/cached-version.ts';
import {
  type EdgeAppVersion,
  type EdgeAppVersionStatus,
  kind,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { createEdgeAppVersionController } from '../../src/kinds/edge-app-version/edge-app-version-controller.ts';
import { type ProtocolRules, protocolRules } from '../../src/kinds/edge-app-version/protocol-rules.ts';
import type { ProtocolSettings } from '../../src/kinds/edge-app-version/protocol-settings.ts';
import { InformerCache } from '../../src/kube/informer-cache.ts';
import { createLeaderElection, type LeaderElection } from '../../src/runtime/election/leader-election.ts';
import type { Leadership } from '../../src/runtime/election/leadership.ts';
import { leaseDurationsFor } from '../../src/runtime/election/lease-durations.ts';
import { esaClientOver, type PageQuery, resultOf, type VersionQuery } from '../support/memory-esa.ts';
import type { Journey, MemoryLease } from '../support/memory-lease.ts';
import { statusWriteOf } from '../support/status-writes.ts';
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
  readonly send: Send;
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
      indexes: { target: targetOf },
      onChange: (change) => this.#controller.changed(kind, change),
    });
    this.#election = options.lease && this.#createElection(options.lease);
    const { send, ...parts } = mutate(
      {
        settings: options.settings,
        rules: protocolRules,
        client: this.#client(),
        send: this.#send(),
        leadership: this.#election?.leadership ?? soleLeadership,
        clock: process.clock,
      },
      this.#cache,
    );
    this.#controller = createEdgeAppVersionController({
      ...parts,
      cache: this.#cache,
      accounts: new Accounts({ esa: esaClientOver(send), clock: process.clock }),
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
      replaceStatus: (object, status: EdgeAppVersionStatus) => {
        const write = statusWriteOf(object.status, status);
        const stored = write === 'claim' ? () => this.#mayStrip(status) : () => status;
        return call(write, () => client.replaceStatus(object, stored()));
      },
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

  #send(): Send {
    const { process } = this.#options;
    return (call) => {
      const { name, respond, ...more } = this.#prepare(call);
      const result = process.call({
        ...more,
        name,
        act: () => resultOf(call, respond()),
        crashShare: seldomCalls[name] ?? 1,
        deadlineMs: esaDeadlineMs,
        lost: () =>
          new EsaError({ operation: call.operation, code: 'RequestTimeoutError', message: 'no answer' }),
      });
      return this.#remembered(call, result);
    };
  }

  /** What is to be known before a call is sent, and what the cloud does with it. */
  #prepare({ operation, query, form, nonce = '' }: Call<unknown>): PreparedCall {
    const { apiServer, cloud, latestEffectMs, onCritical } = this.#options;
    switch (operation) {
      case operations.createVersion: {
        const request = form as CreateVersionRequest;
        onCritical('create');
        this.#posted(request, nonce);
        return {
          name: 'create',
          respond: () => cloud.create(request, nonce),
          latestEffectMs,
          pauseRate: 0.03,
        };
      }
      case operations.getVersion:
        return { name: 'get', respond: () => cloud.get(query as VersionQuery) };
      case operations.listVersions:
        onCritical('look');
        return { name: 'list', respond: () => cloud.list(query as PageQuery) };
      case operations.deleteVersion: {
        const deleted = query as VersionQuery;
        // What was read right before may be as old as a slow answer and the fence allow.
        const owner = cloud.ownerOf(deleted.VersionId);
        if (owner && apiServer.unwantedForMs(owner) > 2 * esaDeadlineMs)
          this.#options.history.unwantedDeletes.push(deleted.VersionId);
        return { name: 'delete', respond: () => cloud.delete(deleted) };
      }
      case operations.getApp:
        return { name: 'get app', respond: () => cloud.app() };
      case operations.getAppStatus:
        onCritical('delete');
        return { name: 'get app status', respond: () => cloud.inUse(), pauseRate: 0.15 };
      default:
        throw new Error(`there is no ${operation} here`);
    }
  }

  #posted({ Name: name }: CreateVersionRequest, nonce: string): void {
    const { history, process, timeline, lease } = this.#options;
    const isUsurped = lease !== undefined && lease.stored?.holder !== this.#identity;
    history.posted({ nonce, name, process, atMs: timeline.nowMs, isUsurped });
  }

  /** The history keeps what creates and listings came to. */
  async #remembered<T>({ operation, query, nonce = '' }: Call<T>, result: Promise<T>): Promise<T> {
    const { history, timeline, process } = this.#options;
    if (operation === operations.createVersion)
      return history.answered(nonce, result as Promise<T & CreatedVersion>);
    if (operation !== operations.listVersions) return result;
    const atMs = timeline.nowMs;
    const page = await result;
    const { SearchKey: searchName } = query as PageQuery;
    history.listed({ atMs, process, page: page as VersionPage, searchName });
    return page;
  }
}

interface PreparedCall extends Pick<CallOptions<unknown>, 'latestEffectMs' | 'pauseRate'> {
  readonly name: string;
  readonly respond: () => Body;
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
