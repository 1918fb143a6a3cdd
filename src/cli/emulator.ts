/** `edgeapp emulator`: the ESA API on this machine, until a signal. */
import { once } from 'node:events';
import { UsageError } from '../config/config.ts';
import { fileProblem } from '../core/errors/file-problem.ts';
import { defaultAccessKey, type EmulatorOptions, startEmulator } from '../emulator/emulator.ts';
import { stopSignal } from './stop-signal.ts';

type EmulatorFlags = Omit<EmulatorOptions, 'apps' | 'accessKeys' | 'now'> & {
  readonly app?: readonly string[];
};

/** @throws UsageError for options or a state file that cannot be used, and what else `startEmulator` throws */
export async function emulate({ app: apps, ...options }: EmulatorFlags): Promise<0> {
  const signal = stopSignal();
  const { url, adminUrl, stop } = await startEmulator({ ...options, apps }).catch((error: unknown) => {
    throw explained(error, options.stateFile);
  });
  process.stdout.write(greeting(url, adminUrl));
  if (!signal.aborted) await once(signal, 'abort');
  await stop();
  return 0;
}

/** The emulator opens one file, and makes it where it is missing. */
function explained(error: unknown, stateFile: string | undefined): unknown {
  // Its own words for options and a state file that make no sense.
  if (
    error instanceof Error &&
    [Error, RangeError].includes(error.constructor as ErrorConstructor) &&
    !('code' in error)
  )
    return new UsageError([error.message]);
  const { syscall = '', code } = error as NodeJS.ErrnoException;
  if (stateFile === undefined || !['open', 'read'].includes(syscall)) return error;
  const what = code === 'ENOENT' ? `the folder of --state-file ${stateFile}` : `--state-file ${stateFile}`;
  return new UsageError([`${what} ${fileProblem(error)}`]);
}

function greeting(url: string, adminUrl: string): string {
  return `The ESA API answers at ${url}, its controls at ${adminUrl}. Stop it with Ctrl+C.
For a client:
  export EDGEAPP_ESA_ENDPOINT=${url}
  export ALIBABA_CLOUD_ACCESS_KEY_ID=${defaultAccessKey.id}
  export ALIBABA_CLOUD_ACCESS_KEY_SECRET=${defaultAccessKey.secret}
`;
}
