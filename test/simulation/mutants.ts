/** Protocols that are broken on purpose, each in one place, and the invariant that must notice. */
import { type AbsenceRules, AbsenceWatch, Watched } from '../../src/controller/absence-watch.ts';
import { type CachedVersion, isLive } from '../../src/core/cached-version.ts';
import type { EdgeAppVersion } from '../../src/core/edge-app-version.ts';
import { EsaError } from '../../src/core/esa-error.ts';
import type { Clock, ObjectCache, ObjectClient } from '../../src/ports.ts';
import type { Mutate, Parts } from './operator.ts';

export interface Mutant {
  readonly name: string;
  readonly invariant: string;
  readonly mutate: Mutate;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'a create without a claim',
    invariant: 'unclaimedPosts',
    mutate: withClient((client) => ({
      ...client,
      replaceStatus: async (object, status) =>
        'attempt' in status
          ? { kind: 'written', object: { ...object, status } as EdgeAppVersion }
          : client.replaceStatus(object, status),
    })),
  },
  {
    name: 'a claim without a deadline',
    invariant: 'latePosts',
    mutate: (parts) => ({
      ...parts,
      settings: { ...parts.settings, claimDeadlineMs: Number.POSITIVE_INFINITY },
    }),
  },
  {
    name: 'an ambiguous end taken for a failure',
    invariant: 'unprovenPosts',
    mutate: withRules(({ rules }) => ({
      classify: (error, call) => ({ ...rules.classify(error, call), effect: 'none' }),
    })),
  },
  {
    name: 'an unlisted code taken for definite',
    invariant: 'unprovenPosts',
    mutate: withRules(({ rules }) => ({
      classify: (error, call) => {
        const judged = rules.classify(error, call);
        return /Unlisted|Taken/.test(error.code) ? { ...judged, effect: 'none', class: 'Transient' } : judged;
      },
    })),
  },
  {
    name: 'a refusal that ends an attempt after an unknown one',
    invariant: 'unprovenPosts',
    mutate: withRules(() => ({ endsAttempt: (_attempt, effect) => effect === 'none' })),
  },
  {
    name: 'no settle delay',
    invariant: 'unprovenPosts',
    mutate: withAbsence({ settleDelayMs: 0 }),
  },
  {
    name: 'one look instead of three',
    invariant: 'unprovenPosts',
    mutate: withAbsence({ looks: 1 }),
  },
  {
    name: 'an unknown look taken for absence',
    invariant: 'unprovenPosts',
    mutate: (parts) => ({
      ...parts,
      api: {
        ...parts.api,
        listVersions: (query) =>
          parts.api.listVersions(query).catch((error: unknown) => {
            if (!(error instanceof EsaError)) throw error;
            return { versions: [], totalCount: 0 };
          }),
      },
    }),
  },
  {
    name: 'a marker that is ignored',
    invariant: 'wrongAdoptions',
    mutate: withRules(() => ({
      judgeVersions: ([version]) => (version ? { kind: 'ours', version } : { kind: 'absent' }),
    })),
  },
  {
    name: 'a marker whose content is ignored',
    invariant: 'wrongAdoptions',
    mutate: withRules(({ rules }) => ({
      judgeVersions: (versions, sought) =>
        rules.judgeVersions(versions, { ...sought, isSameSpec: () => true }),
    })),
  },
  {
    name: 'a record by name alone',
    invariant: 'wrongAdoptions',
    mutate: withClient((client) => ({
      ...client,
      patchStatus: (key, operations) =>
        client.patchStatus(
          key,
          operations.filter(({ op }) => op !== 'test'),
        ),
    })),
  },
  {
    name: 'a claim on a version read anew',
    invariant: 'wrongAdoptions',
    mutate: withClient((client) => ({
      ...client,
      replaceStatus: async (object, status) => {
        const fresh = 'attempt' in status ? await client.read(object.metadata) : undefined;
        return client.replaceStatus(fresh ?? object, status);
      },
    })),
  },
  {
    name: 'a settle delay counted from startedAt',
    invariant: 'unprovenPosts',
    mutate: (parts, cache) => ({
      ...parts,
      rules: {
        ...parts.rules,
        createAbsenceWatch: (clock, rules) => new WatchFromStartedAt(clock, rules, cache),
      },
    }),
  },
  {
    name: 'a delete without a live read',
    invariant: 'unwantedDeletes',
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
];

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
