import { describe, expect, it } from 'vitest';
import { invariantOf } from './invariants.ts';
import { runSchedules } from './run-schedules.ts';
import { runSchedule } from './schedule.ts';
import { seedsFrom } from './seeds.ts';

/** The first schedule of the model X that ends with two versions of one object. */
async function findDuplicate() {
  for (const seed of seedsFrom(39, 100, 40)) {
    const result = await runSchedule({ seed });
    if (result.outsideModel.map(invariantOf).includes('duplicates')) return result;
  }
  throw new Error('none of 100 schedules ended with a duplicate');
}

describe('a cloud that takes a name twice and shows a version only after the settle delay', () => {
  it('may end up with two versions of one object, where one that keeps to a model does not', async () => {
    const { seed, model, violations } = await findDuplicate();
    expect({ model, violations }).toEqual({ model: 'X', violations: [] });
    for (const kept of ['N', 'U'] as const) {
      const result = await runSchedule({ seed, model: kept });
      expect([...result.violations, ...result.outsideModel]).toEqual([]);
    }
  });

  it('breaks nothing but what rests on that delay', async () => {
    const { outsideModel, failures } = await runSchedules({ seeds: seedsFrom(39, 100, 40) });
    expect(outsideModel.schedules).toBe(100);
    expect(outsideModel.violations.duplicates).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  });
});
