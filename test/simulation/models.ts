/** What is assumed about the cloud in a schedule, and the settings of the operator that fit it. */
import type { ProtocolSettings } from '../../src/kinds/edge-app-version/protocol-settings.ts';

/**
 * U: names are unique; effects may be late as long as nobody waits for, and some versions are listed and read late or
 * never. N: names are not unique, and a create
 * takes effect and is listed within the settle delay. X is N with a cloud that does not keep to that delay: outside of
 * what is promised, to see what then happens, and that nothing else breaks.
 */
export type Model = 'U' | 'N' | 'X';

export interface Assumptions {
  readonly duplicateNames: ProtocolSettings['duplicateNames'];
  /** In milliseconds, as all here. */
  readonly settleDelayMs: number;
  /** How long after its deadline a create may still take effect. */
  readonly latestEffectMs: number;
  /** How long a version may stay invisible to List. */
  readonly longestListLagMs: number;
  /** Whether every version is listed and read in the end. */
  readonly isListedEver: boolean;
}

export const assumptions: Readonly<Record<Model, Assumptions>> = {
  U: {
    duplicateNames: 'refused',
    settleDelayMs: 30_000,
    latestEffectMs: 600_000,
    longestListLagMs: 600_000,
    isListedEver: false,
  },
  N: {
    duplicateNames: 'unproven',
    settleDelayMs: 60_000,
    latestEffectMs: 25_000,
    longestListLagMs: 25_000,
    isListedEver: true,
  },
  X: {
    duplicateNames: 'unproven',
    settleDelayMs: 60_000,
    latestEffectMs: 600_000,
    longestListLagMs: 600_000,
    isListedEver: true,
  },
};

/** Even seeds are U; of the odd ones every twentieth is X, the others N. */
export function modelOf(seed: number): Model {
  if (seed % 2 === 0) return 'U';
  return seed % 40 === 39 ? 'X' : 'N';
}

/** What may break in X, and is counted apart: there a duplicate is possible, and then no id is the right one. */
export const outsideOfX: ReadonlySet<string> = new Set([
  'duplicates',
  'twoVersions',
  'strandedVersions',
  'lostIds',
  'leaks',
]);
