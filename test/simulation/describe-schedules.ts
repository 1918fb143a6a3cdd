/** The schedules of one model, as a test; a file for each model, so that they run side by side. */
import { expect, it } from 'vitest';
import { runSchedules } from './run-schedules.ts';
import type { Model } from './schedule.ts';
import { seedsFrom } from './seeds.ts';

const schedules = 10_000;
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
  'list with a wrong total',
  'list lag',
  'claim refused',
  'record refused',
  'write status refused',
  'watch broken',
  'watch late',
  'event twice',
  'pause',
  'lease lost',
  'version there before',
  'user: edit',
  'user: delete and create again',
  'user: lose the status',
  'user: strikes during create',
  'user: strikes during delete',
  'user: toggle suspend',
  'user: toggle deletion policy',
];

/** @param firstSeed even for the model U, odd for N */
export function describeSchedules({ model, firstSeed }: { model: Model; firstSeed: number }): void {
  it(`${schedules} schedules of the model ${model} hold every invariant, and meet every call, crash and fault`, async () => {
    const totals = await runSchedules({ seeds: seedsFrom(firstSeed, schedules, 2) });
    expect(totals.failures).toEqual([]);
    expect(totals.schedules).toBe(schedules);
    const points = calls.flatMap((call) => pointsOfCall.map((point) => `${call} ${point}`));
    const faults = [
      ...calls.flatMap((call) => faultsOfCall.map((fault) => `${call} ${fault}`)),
      ...otherFaults,
    ];
    expect(calls.filter((call) => !totals.calls[call])).toEqual([]);
    expect(points.filter((point) => !totals.crashPoints[point])).toEqual([]);
    expect(faults.filter((fault) => !totals.faults[fault])).toEqual([]);
  }, 600_000);
}
