/** Protocols that are broken on purpose, each in one place, and the invariant that must notice. */
import type { EdgeAppVersion } from '../../src/core/edge-app-version.ts';
import { EsaError } from '../../src/core/esa-error.ts';
import type { ObjectClient } from '../../src/ports.ts';
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
];

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
