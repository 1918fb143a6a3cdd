/** `npm run bench`: the operator and its peers side by side on this machine. */
import { helpText, readOptions } from './options.ts';
import { renderTable, toReport } from './report.ts';
import { runAll } from './run-all.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (!options) {
      process.stdout.write(`${helpText()}\n`);
      return 0;
    }
    const { name, objects, runs } = options;
    const report = toReport({ scenario: name, objects, runs }, await runAll(options, tell));
    process.stdout.write(`${renderTable(report)}\n${JSON.stringify(report)}\n`);
    return 0;
  } catch (error) {
    const isUsage = error instanceof RangeError;
    process.stderr.write(`error: ${isUsage ? error.message : ((error as Error).stack ?? error)}\n`);
    return isUsage ? 2 : 1;
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
