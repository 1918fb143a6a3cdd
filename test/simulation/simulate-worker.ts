/** A share of the schedules, in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { mutants } from './mutants.ts';
import { runSchedules } from './run-schedules.ts';
import { seedsFrom } from './seeds.ts';

const { seed, schedules, mutant } = workerData as { seed: number; schedules: number; mutant?: string };
parentPort?.postMessage(
  await runSchedules({
    seeds: seedsFrom(seed, schedules),
    mutant: mutants.find(({ name }) => name === mutant),
  }),
);
