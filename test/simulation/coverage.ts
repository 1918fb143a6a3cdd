/** What must be met in many schedules, so that nobody takes a run that tried nothing for a proof. */
import type { Totals } from './run-schedules.ts';
import type { Counts } from './tally.ts';

const calls = [
  'list objects',
  'read object',
  'claim',
  'write status',
  'record',
  'set finalizers',
  'create',
  'get',
  'list',
  'delete',
  'get app',
  'get app status',
  'lease',
];
const pointsOfCall = ['before', 'done', 'answered'];
const faultsOfCall = ['request lost', 'answer lost', 'slow'];
const otherFaults = [
  'create late effect',
  'create done, then 500',
  'CreateEdgeContainerAppVersion refused',
  'ListEdgeContainerAppVersions refused',
  'GetEdgeContainerAppVersion refused',
  'DeleteEdgeContainerAppVersion refused',
  'GetEdgeContainerApp refused',
  'GetEdgeContainerAppStatus refused',
  'list with a wrong total',
  'list lag',
  'read object refused',
  'claim refused',
  'record refused',
  'write status refused',
  'set finalizers refused',
  'watch broken',
  'watch late',
  'event twice',
  'pause',
  'machine suspended',
  'skewed clock',
  'lease lost',
  'version there before',
  'user: edit',
  'user: ask',
  'user: label',
  'user: delete',
  'user: delete all',
  'user: delete and create again',
  'user: lose the status',
  'user: restore an older status',
  'user: strikes during look',
  'user: strikes during create',
  'user: strikes during delete',
  'user: toggle suspend',
  'user: toggle deletion policy',
];
const crashPoints = calls.flatMap((call) => pointsOfCall.map((point) => `${call} ${point}`));
const faults = [...calls.flatMap((call) => faultsOfCall.map((fault) => `${call} ${fault}`)), ...otherFaults];

/** What `totals` has not met. */
export function unmet(totals: Pick<Totals, 'calls' | 'crashPoints' | 'faults'>): string[] {
  return [
    ...calls.filter((call) => !totals.calls[call]).map((call) => `call: ${call}`),
    ...crashPoints.filter((point) => !totals.crashPoints[point]).map((point) => `crash: ${point}`),
    ...faults.filter((fault) => !totals.faults[fault]).map((fault) => `fault: ${fault}`),
  ];
}

/** With the zeros that are missing in it. */
export function withZeros<T extends Pick<Totals, 'calls' | 'crashPoints' | 'faults'>>(totals: T): T {
  const fill = (names: readonly string[], counts: Counts) => ({
    ...Object.fromEntries(names.map((name) => [name, 0])),
    ...counts,
  });
  return {
    ...totals,
    calls: fill(calls, totals.calls),
    crashPoints: fill(crashPoints, totals.crashPoints),
    faults: fill(faults, totals.faults),
  };
}
