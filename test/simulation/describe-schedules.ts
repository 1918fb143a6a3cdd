/** The schedules of one model, as a test; a file for each model, so that they run side by side. */
import { expect, it } from 'vitest';
import { unmet } from './coverage.ts';
import { runSchedules } from './run-schedules.ts';
import { seedsFrom } from './seeds.ts';

const schedules = 10_000;

/** @param firstSeed even for the model U, odd for N and X */
export function describeSchedules({ model, firstSeed }: { model: string; firstSeed: number }): void {
  it(`${schedules} schedules of the model ${model} hold every invariant, and meet every call, crash and fault`, async () => {
    const totals = await runSchedules({ seeds: seedsFrom(firstSeed, schedules, 2) });
    expect(totals.failures).toEqual([]);
    expect(totals.schedules).toBe(schedules);
    expect(unmet(totals)).toEqual([]);
  }, 1_800_000);
}
