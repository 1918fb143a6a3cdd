/** Protocols that are broken on purpose, each in one place, and the invariant that must notice. */

import { findCondition } from '../../src/api/conditions.ts';
import type { ObjectCache } from '../../src/api/object-cache.ts';
import type { ObjectClient } from '../../src/api/object-client.ts';
import { type Interceptor, intercepted } from '../../src/cloud/call.ts';
import type { VersionPage } from '../../src/cloud/operations/list-versions.ts';
import { operations } from '../../src/cloud/operations.ts';
import type { Clock } from '../../src/core/clock.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';
import { type CachedVersion, isLive } from '../../src/kinds/edge-app-version/cached-version.ts';
import type {
  EdgeAppVersion,
  EdgeAppVersionStatus,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { type AbsenceRules, AbsenceWatch, Watched } from '../../src/runtime/create-protocol/absence-watch.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import { isNameTaken } from '../../src/runtime/create-protocol/attempt-end.ts';
import { resultOf } from '../support/memory-esa.ts';
import type { Mutate, Parts } from './operator.ts';
import type { ScheduleOptions } from './schedule.ts';

/** The parts of the protocol; those from `claim` to `absence` are files of `src/runtime/create-protocol/`. */
export const protocolParts = [
  'claim',
  'fence',
  'record',
  'attempt end',
  'open attempt',
  'absence',
  'lookup',
  'judgement',
  'deletion',
] as const;

export interface Mutant {
  readonly name: string;
  /** Which part it breaks. */
  readonly part: (typeof protocolParts)[number];
  readonly invariant: string;
  readonly schedule: Pick<ScheduleOptions, 'theme'> & { readonly mutate: Mutate };
}

export const mutants: readonly Mutant[] = [
  {
    name: 'a create without a claim',
    part: 'claim',
    invariant: 'unclaimedPosts',
    schedule: {
      mutate: withClient((client) => ({
        ...client,
        replaceStatus: async (object, status) =>
          'attempt' in status
            ? { kind: 'written', object: { ...object, status } as EdgeAppVersion }
            : client.replaceStatus(object, status),
      })),
    },
  },
  {
    name: 'a claim without a deadline',
    part: 'fence',
    invariant: 'latePosts',
    schedule: {
      mutate: (parts) => ({
        ...parts,
        settings: { ...parts.settings, claimDeadlineMs: Number.POSITIVE_INFINITY },
      }),
    },
  },
  {
    name: 'an ambiguous end taken for a failure',
    part: 'attempt end',
    invariant: 'unprovenPosts',
    schedule: {
      mutate: withRules(({ rules }) => ({
        classify: (error, call) => ({ ...rules.classify(error, call), effect: 'none' }),
      })),
    },
  },
  {
    name: 'an unlisted code taken for definite',
    part: 'attempt end',
    invariant: 'unprovenPosts',
    schedule: {
      mutate: withRules(({ rules }) => ({
        classify: (error, call) => {
          const judged = rules.classify(error, call);
          return /Unlisted|Taken/.test(error.code)
            ? { ...judged, effect: 'none', class: 'Transient' }
            : judged;
        },
      })),
    },
  },
  {
    name: 'a refusal that ends an attempt after an unknown one',
    part: 'attempt end',
    invariant: 'unprovenPosts',
    schedule: {
      theme: 'stale answers',
      mutate: withRules(() => ({ endsAttempt: (_attempt, effect) => effect === 'none' })),
    },
  },
  {
    name: 'no settle delay',
    part: 'absence',
    invariant: 'unprovenPosts',
    schedule: { mutate: withAbsence({ settleDelayMs: 0 }) },
  },
  {
    name: 'one look instead of three',
    part: 'absence',
    invariant: 'unprovenPosts',
    schedule: { mutate: withAbsence({ looks: 1 }) },
  },
  {
    name: 'an unknown look taken for absence',
    part: 'lookup',
    invariant: 'unprovenPosts',
    schedule: {
      mutate: (parts) => ({
        ...parts,
        send: (call) =>
          parts.send(call).catch((error: unknown) => {
            if (call.operation !== operations.listVersions || !(error instanceof EsaError)) throw error;
            return resultOf(call, { TotalCount: 0 });
          }),
      }),
    },
  },
  {
    name: 'a marker that is ignored',
    part: 'judgement',
    invariant: 'wrongAdoptions',
    schedule: {
      mutate: withRules(() => ({
        judgeVersions: ([version]) => (version ? { kind: 'ours', version } : { kind: 'absent' }),
      })),
    },
  },
  {
    name: 'a marker whose content is ignored',
    part: 'judgement',
    invariant: 'wrongAdoptions',
    schedule: {
      mutate: withRules(({ rules }) => ({
        judgeVersions: (versions, sought) =>
          rules.judgeVersions(versions, { ...sought, isSameSpec: () => true }),
      })),
    },
  },
  {
    name: 'a record by name alone',
    part: 'record',
    invariant: 'wrongAdoptions',
    schedule: {
      theme: 'lost and late',
      mutate: withClient((client) => ({
        ...client,
        patchStatus: (key, operations) =>
          client.patchStatus(
            key,
            operations.filter(({ op }) => op !== 'test'),
          ),
      })),
    },
  },
  {
    name: 'a record on a version read anew',
    part: 'record',
    invariant: 'wrongAdoptions',
    schedule: {
      theme: 'stale answers',
      mutate: withClient((client) => ({
        ...client,
        replaceStatus: async (object, status) => {
          const isRecord = object.status?.attempt !== undefined && !('attempt' in status);
          const fresh = isRecord ? await client.read(object.metadata) : undefined;
          return client.replaceStatus(fresh ?? object, status);
        },
      })),
    },
  },
  {
    name: 'a claim on a version read anew',
    part: 'claim',
    invariant: 'wrongAdoptions',
    schedule: {
      mutate: withClient((client) => ({
        ...client,
        replaceStatus: async (object, status) => {
          const fresh = 'attempt' in status ? await client.read(object.metadata) : undefined;
          return client.replaceStatus(fresh ?? object, status);
        },
      })),
    },
  },
  {
    name: 'a settle delay counted from startedAt',
    part: 'absence',
    invariant: 'unprovenPosts',
    schedule: {
      mutate: (parts, cache) => ({
        ...parts,
        rules: {
          ...parts.rules,
          createAbsenceWatch: (clock, rules) => new WatchFromStartedAt(clock, rules, cache),
        },
      }),
    },
  },
  {
    name: 'a delete without a live read',
    part: 'deletion',
    invariant: 'unwantedDeletes',
    schedule: {
      theme: 'deletes taken back',
      mutate: (parts, cache) => ({
        ...parts,
        client: {
          ...parts.client,
          read: async ({ namespace, name }) => {
            const cached = cache.get(`${namespace}/${name}`);
            return cached && isLive(cached) ? cached : undefined;
          },
        },
      }),
    },
  },
  {
    name: 'an attempt that a refusal of its name ends',
    part: 'record',
    invariant: 'unprovenPosts',
    schedule: { theme: 'stale answers', mutate: clearingBy('name') },
  },
  {
    name: 'an attempt that a refusal of its number ends',
    part: 'record',
    invariant: 'unprovenPosts',
    schedule: { theme: 'stale answers', mutate: clearingBy('number') },
  },
  {
    name: 'a lease that is not asked again',
    part: 'fence',
    invariant: 'usurpedPosts',
    schedule: {
      theme: 'leaders asleep',
      mutate: (parts) => ({
        ...parts,
        leadership: { term: () => parts.leadership.term() && { isHeld: () => true } },
      }),
    },
  },
  {
    name: 'a claim deadline on the monotonic clock alone',
    part: 'fence',
    invariant: 'latePosts',
    schedule: {
      theme: 'leaders asleep',
      mutate: (parts) => ({ ...parts, clock: { ...parts.clock, wallMs: () => parts.clock.monotonicMs() } }),
    },
  },
  {
    name: 'a taken name that ends its attempt',
    part: 'attempt end',
    invariant: 'unprovenPosts',
    schedule: {
      theme: 'late lists',
      mutate: withRules(({ rules }) => ({
        classify: (error, call) => {
          const judged = rules.classify(error, call);
          return isNameTaken(error) ? { ...judged, effect: 'none', class: 'Transient' } : judged;
        },
      })),
    },
  },
  {
    name: 'a proven absence that ends an attempt which was refused behind an unclear one',
    part: 'open attempt',
    invariant: 'strandedVersions',
    schedule: { theme: 'late lists', mutate: withStatus(withoutRefusedAttempt) },
  },
  {
    name: 'a count of attempts that a refusal takes back',
    part: 'claim',
    invariant: 'twoVersions',
    schedule: { theme: 'lost and late', mutate: withStatus(withoutCount) },
  },
  {
    name: 'a claim whose response is not read',
    part: 'claim',
    invariant: 'unclaimedPosts',
    schedule: {
      mutate: withClient((client) => ({
        ...client,
        replaceStatus: async (object, status) => {
          const result = await client.replaceStatus(object, status);
          return result.kind === 'written'
            ? { ...result, object: { ...result.object, status } as EdgeAppVersion }
            : result;
        },
      })),
    },
  },
  {
    name: 'a deletion that a "not found" of a version never seen ends',
    part: 'deletion',
    invariant: 'leaks',
    schedule: {
      theme: 'late deletes',
      mutate: (parts) => ({
        ...parts,
        send: (call) =>
          parts.send(call).catch((error: unknown) => {
            const isMissing = error instanceof EsaError && error.code === 'InvalidParameter.VersionId';
            if (call.operation !== operations.deleteVersion || !isMissing) throw error;
            return resultOf(call, {});
          }),
      }),
    },
  },
  {
    name: 'a delete that is taken at its word',
    part: 'deletion',
    invariant: 'leaks',
    schedule: { theme: 'late deletes', mutate: believingDeletes },
  },
  {
    name: 'a deletion that does not wait for what an attempt may have made',
    part: 'deletion',
    invariant: 'leaks',
    schedule: {
      theme: 'late deletes',
      mutate: (parts) => ({ ...parts, settings: { ...parts.settings, propagationMs: 0 } }),
    },
  },
  {
    name: 'Never taken for Owned',
    part: 'judgement',
    invariant: 'wrongAdoptions',
    schedule: {
      mutate: withRules(({ rules }) => ({
        judgeVersions: (versions, sought) =>
          rules.judgeVersions(versions, { ...sought, adoptionPolicy: 'Owned' }),
      })),
    },
  },
];

type Client = ObjectClient<EdgeAppVersion>;

/** Other statuses than the operator means to write, by either way of writing. */
function withStatus(change: (status: EdgeAppVersionStatus) => EdgeAppVersionStatus): Mutate {
  return withClient((client) => ({
    ...client,
    replaceStatus: (object, status: EdgeAppVersionStatus) => client.replaceStatus(object, change(status)),
    patchStatus: (key, operations) =>
      client.patchStatus(
        key,
        operations.map((operation) =>
          operation.path === '/status'
            ? { ...operation, value: change(operation.value as EdgeAppVersionStatus) }
            : operation,
        ),
      ),
  }));
}

function withoutRefusedAttempt(status: EdgeAppVersionStatus): EdgeAppVersionStatus {
  const reason = findCondition(status.conditions, 'Stalled')?.reason;
  if (reason !== 'Ambiguous' && reason !== 'InvalidRequest') return status;
  const { attempt: _, ...cleared } = status;
  return cleared;
}

function withoutCount(status: EdgeAppVersionStatus): EdgeAppVersionStatus {
  if (status.attempt || status.versionId) return status;
  const { attempts: _, ...uncounted } = status;
  return uncounted;
}

/** What the cloud accepted to delete is not there any more, whatever it shows. */
function believingDeletes(parts: Parts): Parts {
  const believed = new Set<string>();
  const believing: Interceptor = async (call, next) => {
    if (call.operation === operations.getVersion && believed.has(call.about)) {
      const { operation } = call;
      throw new EsaError({ operation, code: 'InvalidParameter.VersionId', message: '', httpStatus: 400 });
    }
    const result = await next(call);
    if (call.operation === operations.deleteVersion) believed.add(call.about);
    return call.operation === operations.listVersions ? withoutVersions(result, believed) : result;
  };
  return { ...parts, send: intercepted(parts.send, [believing]) };
}

function withoutVersions<T>(result: T, ids: ReadonlySet<string>): T {
  const { versions, totalCount } = result as VersionPage;
  const left = versions.filter(({ versionId }) => !ids.has(versionId));
  return { ...result, versions: left, totalCount: totalCount - (versions.length - left.length) };
}

/** A refusal ends whatever attempt the object has that looks like its own; a success is still recorded with care. */
function clearingBy(path: 'name' | 'number'): Mutate {
  return (parts, cache) => {
    const attempts = new Map<unknown, Attempt>();
    return withClient((client) => ({
      ...client,
      replaceStatus: async (object, status: EdgeAppVersionStatus) => {
        if (status.attempt) attempts.set(status.attempt.id, status.attempt);
        return client.replaceStatus(object, status);
      },
      patchStatus: (key, operations) => client.patchStatus(key, loosened(operations, path, attempts)),
    }))(parts, cache);
  };
}

function loosened(
  operations: Parameters<Client['patchStatus']>[1],
  path: 'name' | 'number',
  attempts: ReadonlyMap<unknown, Attempt>,
) {
  const status = operations.find(({ path }) => path === '/status')?.value as EdgeAppVersionStatus;
  const id = operations.find(({ path }) => path === '/status/attempt/id')?.value;
  const attempt = attempts.get(id);
  if (status.versionId || status.attempt || !attempt) return operations;
  const test = { op: 'test', path: `/status/attempt/${path}`, value: attempt[path] } as const;
  return [test, ...operations.filter(({ op }) => op !== 'test')];
}

/** Believes the wall clock of whoever wrote the attempt. */
class WatchFromStartedAt extends AbsenceWatch {
  readonly #clock: Clock;
  readonly #rules: AbsenceRules;
  readonly #cache: Pick<ObjectCache<CachedVersion>, 'get'>;
  readonly #seen = new Map<string, Watched>();

  constructor(clock: Clock, rules: AbsenceRules, cache: Pick<ObjectCache<CachedVersion>, 'get'>) {
    super(clock, rules);
    this.#clock = clock;
    this.#rules = rules;
    this.#cache = cache;
  }

  override see(key: string, intent: string): Watched {
    const before = this.#seen.get(key);
    if (before?.intent === intent) return before;
    const cached = this.#cache.get(key);
    const startedAt = cached && isLive(cached) ? cached.status?.attempt?.startedAt : undefined;
    const agoMs = startedAt ? this.#clock.wallMs() - Date.parse(startedAt) : 0;
    const since = { ...this.#clock, monotonicMs: () => this.#clock.monotonicMs() - agoMs };
    const settleDelayMs = this.#rules.settleDelayMs - agoMs;
    const watched = new Watched(intent, since, { ...this.#rules, settleDelayMs });
    this.#seen.set(key, watched);
    return watched;
  }
}

function withAbsence(absence: Partial<Parts['settings']['absence']>): Mutate {
  return (parts) => {
    const { settings } = parts;
    return { ...parts, settings: { ...settings, absence: { ...settings.absence, ...absence } } };
  };
}

function withRules(change: (parts: Parts) => Partial<Parts['rules']>): Mutate {
  return (parts) => ({ ...parts, rules: { ...parts.rules, ...change(parts) } });
}

function withClient(change: (client: ObjectClient<EdgeAppVersion>) => ObjectClient<EdgeAppVersion>): Mutate {
  return (parts) => ({ ...parts, client: change(parts.client) });
}
