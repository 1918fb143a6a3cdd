/** `npm run demo`: the whole product once, on this machine. Ends by itself, or with --keep at Ctrl+C. */
import { parseArgs } from 'node:util';
import { Screen } from './screen.ts';
import { showAround } from './tour.ts';

const help = `Usage: npm run demo [-- --keep]

Starts a real Kubernetes API server, the ESA emulator and the operator on this machine, applies the samples of
deploy/samples and shows what becomes of them. Then everything ends and is removed.

  --keep  leaves it running until Ctrl+C, and says what to try
  --help  prints this`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args);
  if (typeof flags === 'string') {
    process.stderr.write(`error: ${flags}\n\n${help}\n`);
    return 2;
  }
  if (flags.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  return runUntilInterrupted((signal) => showAround(new Screen(), { keep: flags.keep, signal }));
}

/** The flags, or what is wrong with them. */
function readFlags(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { keep: flag, help: flag } }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The first Ctrl+C ends the work, which then cleans up; the second ends the process. 130 is a shell's word for it. */
async function runUntilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  try {
    await work(interrupted.signal);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}
