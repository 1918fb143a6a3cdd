/** The process: arguments in, exit code out. */
import { runCommandLine } from './cli/command-line.ts';

runCommandLine(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
