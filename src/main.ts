/** The process: arguments in, exit code out. */
import { runCommandLine } from './cli/command-line.ts';

// Node would open its inspector on loopback, where whoever reaches it could read the keys.
process.on('SIGUSR1', () => {});

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read it, such as `head`, has seen enough.
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
  process.exit(1);
});

runCommandLine(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
