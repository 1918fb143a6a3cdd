import { describe, expect, it, vi } from 'vitest';
import { invariantOf } from './invariants.ts';
import { mutants, protocolParts } from './mutants.ts';
import { runSchedules } from './run-schedules.ts';
import { runSchedule } from './schedule.ts';
import { seedsFrom } from './seeds.ts';

// Some mutants need thousands of schedules, beside other tests.
vi.setConfig({ testTimeout: 600_000 });

describe('a schedule', () => {
  it.each([14, 15, 136])('is repeated by its seed alone: %i', async (seed) => {
    const [once, twice] = [await runSchedule({ seed }), await runSchedule({ seed })];
    expect(once.deviations).toEqual(twice.deviations);
    expect(once.tally).toEqual(twice.tally);
  });
});

describe('a protocol that is broken on purpose', () => {
  const mostSeeds = 6000;

  it.each(mutants)('$name is caught by $invariant', async (mutant) => {
    const { mutate: _, ...unbroken } = mutant.schedule;
    for (const seed of seedsFrom(1, mostSeeds)) {
      const { violations } = await runSchedule({ ...mutant.schedule, seed });
      if (!violations.map(invariantOf).includes(mutant.invariant)) continue;
      expect((await runSchedule({ ...unbroken, seed })).violations).toEqual([]);
      return;
    }
    expect.fail(`none of ${mostSeeds} schedules noticed`);
  });

  it('may be broken in each of its parts', () => {
    expect(new Set(mutants.map(({ part }) => part))).toEqual(new Set(protocolParts));
  });

  it('fails with few deviations once it is shrunk', async () => {
    const mutant = mutants.find(({ name }) => name === 'an ambiguous end taken for a failure');
    const { failures } = await runSchedules({ seeds: seedsFrom(1, 500), mutant, mostFailures: 1 });
    expect(failures[0]?.deviations.length).toBeGreaterThan(0);
    expect(failures[0]?.deviations.length).toBeLessThanOrEqual(4);
  });
});
