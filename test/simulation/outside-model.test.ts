import { describe, expect, it } from 'vitest';
import { invariantOf } from './invariants.ts';
import { runSchedules } from './run-schedules.ts';
import { runSchedule } from './schedule.ts';
import { seedsFrom } from './seeds.ts';

const seed = 159;

describe('a cloud that takes a name twice and shows a version only after the settle delay', () => {
  it('may end up with two versions of one object', async () => {
    const { violations, outsideModel } = await runSchedule({ seed, model: 'X' });
    expect(outsideModel.map(invariantOf)).toContain('duplicates');
    expect(violations).toEqual([]);
  });

  it.each(['N', 'U'] as const)('does not where it keeps to the model %s', async (model) => {
    const { violations, outsideModel } = await runSchedule({ seed, model });
    expect({ violations, outsideModel }).toEqual({ violations: [], outsideModel: [] });
  });

  it('breaks nothing but what rests on that delay', async () => {
    const { outsideModel, failures } = await runSchedules({ seeds: seedsFrom(39, 100, 40) });
    expect(outsideModel.schedules).toBe(100);
    expect(outsideModel.violations.duplicates).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  });
});
