/** All runs of a scenario, the systems by turns, so that what changes on the machine meanwhile meets them alike. */
import type { BenchOptions } from './options.ts';
import type { Outcome } from './report.ts';
import { Stage } from './stage.ts';
import { allSystems } from './systems/all-systems.ts';

/** @param tell what happens, line by line, for people */
export async function runAll(options: BenchOptions, tell: (line: string) => void): Promise<Outcome[]> {
  const contestants = [];
  for (const name of options.systems) {
    const system = allSystems[name];
    if (!system) throw new RangeError(`${name} is not there yet`);
    tell(`preparing ${name}`);
    contestants.push({ system, toCommand: await system.prepare() });
  }
  const outcomes: Outcome[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    for (const { system, toCommand } of contestants) {
      tell(`run ${run} of ${options.runs}: ${system.name}`);
      const { latencyMs, buildDelayMs, scenario } = options;
      const emulator = { ...scenario.emulator, latencyMs, buildDelayMs };
      await using stage = await Stage.set({ system, toCommand, emulator });
      outcomes.push({ system: system.name, figures: await scenario.run(stage, options) });
    }
  }
  return outcomes;
}
