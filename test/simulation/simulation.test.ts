import { describe, expect, it } from 'vitest';
import type { Deviation } from './choices.ts';
import { mutants } from './mutants.ts';
import { runSchedule } from './schedule.ts';
import { Tally } from './tally.ts';

const schedules = 1500;
const firstSeed = 1;

describe('schedules of crashes, lost answers and late effects', () => {
  it(`hold every invariant, seeds ${firstSeed} to ${firstSeed + schedules - 1}`, async () => {
    const total = new Tally();
    const failing: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + schedules; seed += 1) {
      const { model, violations, deviations, tally } = await runSchedule({ seed });
      total.addAll(tally);
      if (violations.length > 0) {
        failing.push(`seed ${seed}, model ${model}: ${violations.join('; ')} after ${toText(deviations)}`);
      }
    }
    expect(failing).toEqual([]);
    expect(total.posts).toBeGreaterThan(schedules);
    for (const call of ['claim', 'create', 'record', 'list', 'get', 'delete', 'set finalizers']) {
      expect(total.calls[call], call).toBeGreaterThan(0);
    }
    for (const point of ['claim done', 'create before', 'create done', 'create answered', 'record before']) {
      expect(total.crashes[point], `crash at ${point}`).toBeGreaterThan(0);
    }
    for (const fault of ['create answer lost', 'create late effect', 'list lag', 'pause', 'watch broken']) {
      expect(total.faults[fault], fault).toBeGreaterThan(0);
    }
  });

  it('are repeated by their seed alone', async () => {
    const [once, twice] = [await runSchedule({ seed: 14 }), await runSchedule({ seed: 14 })];
    expect(once.deviations).toEqual(twice.deviations);
    expect(once.tally).toEqual(twice.tally);
  });
});

describe('a protocol that is broken on purpose', () => {
  const seeds = Array.from({ length: 1500 }, (_, index) => index + 1);

  it.each(mutants)('$name is caught by $invariant', async ({ mutate, invariant }) => {
    for (const seed of seeds) {
      const { violations } = await runSchedule({ seed, mutate });
      if (!violations.some((violation) => violation.startsWith(`${invariant}:`))) continue;
      expect((await runSchedule({ seed })).violations).toEqual([]);
      return;
    }
    expect.fail(`none of ${seeds.length} schedules noticed`);
  });
});

function toText(deviations: readonly Deviation[]): string {
  return deviations.map(({ kind }) => kind).join(', ');
}
