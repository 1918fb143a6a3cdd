/** What kstatus (Flux, Helm 4, kpt) makes of an object; the order of its checks, from its documentation. */
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';

export type KstatusVerdict = 'Terminating' | 'InProgress' | 'Failed' | 'Current';

export function kstatus({ metadata, status }: EdgeAppVersion): KstatusVerdict {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation) {
    return 'InProgress';
  }
  for (const { type, status: value } of status?.conditions ?? []) {
    if (type === 'Reconciling' && value === 'True') return 'InProgress';
    if (type === 'Stalled' && value === 'True') return 'Failed';
  }
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress';
}
