/** Evidence of a small installation, once no object of it is on its way. */
import { expect, vi } from 'vitest';
import type { Installation } from '../e2e/installation.ts';
import { collectEvidence, type Evidence } from './evidence.ts';
import { judge } from './judge.ts';

/** As the overlay sets it. */
const ownerId = 'example-cluster';

/** Asks etcd twice a second, for two minutes at most; what is still on its way then is in the error. */
export function evidenceAtRest(
  { controlPlane, emulator }: Pick<Installation, 'controlPlane' | 'emulator'>,
  told: Partial<Pick<Evidence, 'gone' | 'takenAway'>> = {},
): Promise<Evidence> {
  const { etcdUrl } = controlPlane;
  return vi.waitFor(
    async () => {
      const evidence = await collectEvidence({ etcdUrl, emulator, ownerId, ...told });
      expect(judge(evidence).filter((line) => line.startsWith('unsettled'))).toEqual([]);
      return evidence;
    },
    { timeout: 120_000, interval: 500 },
  );
}

/** Who has which version, by its origin. */
export function versionIds({ objects }: Evidence) {
  return objects.map(({ metadata, status }) => ({
    object: `${metadata.namespace}/${metadata.name}`,
    versionId: status?.versionId,
    origin: status?.origin,
  }));
}

/** The calls that were made after `earlier` was collected and that change something. */
export function changesSince(earlier: Evidence, { calls }: Evidence) {
  const last = earlier.calls.at(-1)?.number ?? 0;
  return calls.filter(({ number, action }) => number > last && /^(Create|Delete)/.test(action));
}
