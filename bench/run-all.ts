/** All runs of a scenario, the systems by turns, so that what changes on the machine meanwhile meets them alike. */
import type { BenchOptions } from './options.ts';
import type { Outcome } from './report.ts';
import { toSwitches } from './scenarios/scenario.ts';
import { Stage, type StageOptions } from './stage.ts';
import { allSystems } from './systems/all-systems.ts';

/** @param tell what happens, line by line, for people */
export async function runAll(options: BenchOptions, tell: (line: string) => void): Promise<Outcome[]> {
  const contestants = [];
  for (const name of options.systems) {
    const system = await allSystems[name]();
    tell(`preparing ${name}`);
    contestants.push({ system, toCommand: await system.prepare() });
  }
  const outcomes: Outcome[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    for (const contestant of contestants) {
      tell(`run ${run} of ${options.runs}: ${contestant.system.name}`);
      outcomes.push(await runOnce(contestant, options, tell));
    }
  }
  return outcomes;
}

type Contestant = Pick<StageOptions, 'system' | 'toCommand'>;

async function runOnce(
  contestant: Contestant,
  options: BenchOptions,
  tell: (line: string) => void,
): Promise<Outcome> {
  const { scenario } = options;
  const settled = scenario.settledOf?.(options) ?? options.settled;
  await using stage = await Stage.set({
    ...contestant,
    emulator: toSwitches(options),
    settled,
    isAudited: scenario.isAudited ?? false,
    tell,
  });
  try {
    return { system: contestant.system.name, figures: await scenario.run(stage, options) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`${contestant.system.name}: ${message}\n${await stage.endOfLog()}`, { cause });
  }
}
