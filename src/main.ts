/** The process: arguments in, exit code out. */
import { runCommandLine } from './cli/command-line.ts';

// Node would open its inspector on loopback, where whoever reaches it could read the keys.
process.on('SIGUSR1', () => {});

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // Whoever read it, such as `head`, has seen enough.
  process.exit();
});

runCommandLine(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
