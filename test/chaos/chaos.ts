/** `npm run chaos -- --seconds N --seed S`: ends with one line of JSON; exit code 1 when anything is broken. */
import { Command, InvalidArgumentError } from 'commander';
import { stopSignal } from '../../src/cli/stop-signal.ts';
import { runChaos } from './run-chaos.ts';

const options = new Command('chaos')
  .description(
    'kills, stops and cuts off real operators at every step while users and the cloud do what they like',
  )
  .option('--seconds <n>', 'how long; rest and judgement come on top', wholeNumber, 300)
  .option(
    '--seed <n>',
    'draws orders, faults and stories; when they meet is up to the machine',
    wholeNumber,
    1,
  )
  .option('--per-second <n>', 'how many stories of objects begin in each second', wholeNumber, 4)
  .parse()
  .opts<{ seconds: number; seed: number; perSecond: number }>();

const { seconds, seed, perSecond } = options;
const signal = stopSignal();
const startedMs = performance.now();
const onProgress = (line: string) =>
  console.error(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${line}`);
onProgress(`seed ${seed}, ${seconds} s of chaos, ${perSecond} stories a second`);
const report = await runChaos({
  ...{ seconds, mostSeconds: 2 * seconds, seed, perSecond },
  signal,
  onProgress,
});
console.log(JSON.stringify(report));
// Whoever stops it early does without the rest of the plan.
const isUnfinished = report.unmet.length > 0 && !signal.aborted;
process.exitCode = report.broken.length > 0 || isUnfinished ? 1 : 0;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('must be a whole number from 1 on');
  return value;
}
