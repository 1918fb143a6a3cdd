/** What a run has left behind, as plain data: it can be saved as JSON and judged again. */

import type { CallRecord, Emulator, StoredVersion } from '../../src/emulator/emulator.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { readEdgeAppVersions } from './evidence-etcd.ts';

export interface Evidence {
  /** The operator's setting. */
  readonly ownerId: string;
  /** The operator's rules for a proven absence, in milliseconds. */
  readonly settleDelayMs: number;
  readonly spacingMs: number;
  /** How long a process, or the machine, may stand still between a decision and its call, in milliseconds. */
  readonly longestStallMs: number;
  /** What etcd holds. */
  readonly objects: readonly EdgeAppVersion[];
  /** What the cloud holds. */
  readonly versions: readonly StoredVersion[];
  /** The cloud's log, oldest first. */
  readonly calls: readonly CallRecord[];
  /** Versions of before the log began, as they were then. */
  readonly earlier: readonly StoredVersion[];
  /** Objects that users deleted, as they last were; one for each life. */
  readonly gone: readonly EdgeAppVersion[];
  /** Ids of versions that people deleted past the operator, as in the console. */
  readonly takenAway: readonly string[];
}

/** What neither etcd nor the log can tell. */
type Told = Pick<Evidence, 'ownerId'> & Partial<Omit<Evidence, 'ownerId' | 'objects' | 'versions' | 'calls'>>;

export type EvidenceSources = Told & {
  readonly etcdUrl: string;
  readonly emulator: Pick<Emulator, 'calls' | 'versions'>;
};

/** The operator's defaults, in a run in which nothing was deleted and the log is whole. */
export const usual = {
  settleDelayMs: 30_000,
  spacingMs: 10_000,
  longestStallMs: 2000,
  earlier: [],
  gone: [],
  takenAway: [],
} as const satisfies Partial<Evidence>;

/** Reads etcd and the emulator, no more; call it once everything has come to rest. */
export async function collectEvidence({ etcdUrl, emulator, ...told }: EvidenceSources): Promise<Evidence> {
  return {
    ...usual,
    ...told,
    objects: await readEdgeAppVersions(etcdUrl),
    versions: emulator.versions(),
    calls: emulator.calls(),
  };
}
