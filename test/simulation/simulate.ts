/** `npm run simulate -- --schedules N --seed S`: many schedules on all cores; ends with one line of JSON. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import { unmet, withZeros } from './coverage.ts';
import { mutants } from './mutants.ts';
import { mergeTotals, type Totals } from './run-schedules.ts';

interface Options {
  readonly schedules: number;
  readonly seed: number;
  readonly mutant?: string;
  readonly listMutants?: boolean;
}

const options = new Command('simulate')
  .description('runs the create protocol through seeded schedules of crashes, lost answers and late effects')
  .option('--schedules <n>', 'how many', wholeNumber, 20_000)
  .option('--seed <n>', 'the first seed; it decides the model: U, N or X', wholeNumber, 1)
  .option('--mutant <name>', 'breaks the protocol in one place; must end with exit code 1')
  .option('--list-mutants', 'names them, with the invariant that catches each')
  .parse()
  .opts<Options>();

/** From so many schedules on every call, crash point and fault must have been met. */
const enoughToMeetAll = 20_000;

if (options.listMutants) {
  for (const { part, name, invariant } of mutants) console.log(`${part}: ${name}  (${invariant})`);
} else {
  process.exitCode = await simulate(options);
}

async function simulate({ schedules, seed, mutant }: Options): Promise<0 | 1 | 2> {
  if (mutant !== undefined && !mutants.some(({ name }) => name === mutant)) {
    console.error(`there is no mutant "${mutant}"; --list-mutants names them`);
    return 2;
  }
  const parts = split(schedules, seed, Math.min(availableParallelism(), schedules));
  const totals = mergeTotals(await Promise.all(parts.map((part) => runInWorker({ ...part, mutant }))));
  const report = toReport(totals, seed);
  console.log(JSON.stringify(report));
  const hasMissed = schedules >= enoughToMeetAll && mutant === undefined && report.unmet.length > 0;
  return totals.failures.length > 0 || hasMissed ? 1 : 0;
}

function toReport(of: Totals, seed: number) {
  const { violations, failures, ...totals } = withZeros(of);
  const count = (name: string) => violations[name] ?? 0;
  return {
    seed,
    ...totals,
    duplicates: count('duplicates'),
    lostIds: count('lostIds'),
    wrongAdoptions: count('wrongAdoptions'),
    violations,
    unmet: unmet(of),
    failingSeeds: failures.map((failure) => failure.seed),
    failures,
  };
}

/** Ranges of seeds, one for each worker. */
function split(schedules: number, seed: number, workers: number): { seed: number; schedules: number }[] {
  const share = Math.ceil(schedules / workers);
  return Array.from({ length: workers }, (_, index) => ({
    seed: seed + index * share,
    schedules: Math.min(share, schedules - index * share),
  }));
}

function runInWorker(workerData: object): Promise<Totals> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('simulate-worker.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('must be a whole number from 1 on');
  return value;
}
