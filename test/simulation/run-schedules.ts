/** Many schedules, their totals, and for each that fails the fewest deviations that still make it fail. */
import { invariantOf } from './invariants.ts';
import type { Model } from './models.ts';
import type { Mutant } from './mutants.ts';
import { runSchedule } from './schedule.ts';
import { addCounts, type Counts, Tally } from './tally.ts';

export interface Failure {
  readonly seed: number;
  readonly model: Model;
  readonly violations: readonly string[];
  /** What has to go wrong for it, in order. */
  readonly deviations: readonly string[];
}

export interface Totals {
  readonly schedules: number;
  readonly posts: number;
  readonly crashes: number;
  readonly calls: Counts;
  readonly crashPoints: Counts;
  readonly faults: Counts;
  /** Violations by the name of the invariant. */
  readonly violations: Counts;
  readonly failures: readonly Failure[];
  /** Schedules of the model X, and what broke there that is promised only within the settle delay. */
  readonly outsideModel: { readonly schedules: number; readonly violations: Counts };
}

export interface RunOptions {
  readonly seeds: Iterable<number>;
  readonly mutant?: Mutant | undefined;
  /** Ends early after so many failures; shrinking them takes time. */
  readonly mostFailures?: number;
}

export async function runSchedules({ seeds, mutant, mostFailures = 5 }: RunOptions): Promise<Totals> {
  const tally = new Tally();
  const failures: Failure[] = [];
  const violations: Counts = {};
  const outside = { schedules: 0, violations: {} };
  let schedules = 0;
  for (const seed of seeds) {
    const options = { seed, ...mutant?.schedule };
    const result = await runSchedule(options);
    schedules += 1;
    tally.addAll(result.tally);
    count(violations, result.violations);
    count(outside.violations, result.outsideModel);
    if (result.model === 'X') outside.schedules += 1;
    if (result.violations.length === 0) continue;
    failures.push(await shrink(options));
    if (failures.length >= mostFailures) break;
  }
  return { ...toTotals(schedules, tally), violations, failures, outsideModel: outside };
}

function count(counts: Counts, violations: readonly string[]): void {
  addCounts(
    counts,
    Object.fromEntries(
      Map.groupBy(violations, invariantOf)
        .entries()
        .map(([name, all]) => [name, all.length]),
    ),
  );
}

export function mergeTotals(parts: readonly Totals[]): Totals {
  const tally = new Tally();
  const violations: Counts = {};
  const outside = { schedules: 0, violations: {} };
  let schedules = 0;
  for (const part of parts) {
    tally.addAll({ ...part, crashes: part.crashPoints });
    schedules += part.schedules;
    addCounts(violations, part.violations);
    addCounts(outside.violations, part.outsideModel.violations);
    outside.schedules += part.outsideModel.schedules;
  }
  const failures = parts.flatMap((part) => part.failures);
  return { ...toTotals(schedules, tally), violations, failures, outsideModel: outside };
}

function toTotals(schedules: number, tally: Tally) {
  const { posts, calls, crashes: crashPoints, faults } = tally;
  const crashes = Object.values(crashPoints).reduce((sum, count) => sum + count, 0);
  return { schedules, posts, crashes, calls, crashPoints, faults };
}

type ScheduleOptions = Parameters<typeof runSchedule>[0];

/** Takes back what went wrong, half of it at a time and then less, as long as the schedule still fails. */
async function shrink(options: ScheduleOptions): Promise<Failure> {
  const calm = new Set<number>();
  let { deviations, violations, model } = await runSchedule(options);
  for (let size = Math.ceil(deviations.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < deviations.length; ) {
      const taken = deviations.slice(start, start + size).map(({ index }) => index);
      const result = await runSchedule({ ...options, calm: new Set([...calm, ...taken]) });
      if (result.violations.length === 0) start += size;
      else {
        for (const index of taken) calm.add(index);
        ({ deviations, violations, model } = result);
      }
    }
  }
  return { seed: options.seed, model, violations, deviations: deviations.map(({ kind }) => kind) };
}
