/** `npm run bench:smoke`: a small burst and a short rest, of which only counts are judged, never times. For CI. */
import { readOptions } from './options.ts';
import { runAll } from './run-all.ts';
import { brokenLimits } from './smoke-limits.ts';

const options = readOptions([
  '--scenario=rest',
  '--systems=operator',
  '--objects=50',
  '--settle-ms=1000',
  // At least one renewal of the lease, which comes each 2 to 2.4 s.
  '--rest-ms=4000',
]);
if (!options) throw new Error('the smoke test needs a scenario');
const [outcome] = await runAll(options, console.error);
const figures = outcome?.figures ?? {};
const problems = brokenLimits(figures);
process.stdout.write(`${JSON.stringify(figures)}\n`);
for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
