/** `edgeapp emulator`: the ESA API on this machine, until a signal. */
import { once } from 'node:events';
import { defaultAccessKey, type EmulatorOptions, startEmulator } from '../emulator/emulator.ts';
import { stopSignal } from './stop-signal.ts';

type EmulatorFlags = Omit<EmulatorOptions, 'apps' | 'accessKeys' | 'now'> & {
  readonly app?: readonly string[];
};

/** @throws what `startEmulator` throws */
export async function emulate({ app: apps, ...options }: EmulatorFlags): Promise<0> {
  const signal = stopSignal();
  const { url, adminUrl, stop } = await startEmulator({ ...options, apps });
  process.stdout.write(greeting(url, adminUrl));
  if (!signal.aborted) await once(signal, 'abort');
  await stop();
  return 0;
}

function greeting(url: string, adminUrl: string): string {
  return `The ESA API answers at ${url}, its controls at ${adminUrl}. Stop it with Ctrl+C.
For a client:
  export EDGEAPP_ESA_ENDPOINT=${url}
  export ALIBABA_CLOUD_ACCESS_KEY_ID=${defaultAccessKey.id}
  export ALIBABA_CLOUD_ACCESS_KEY_SECRET=${defaultAccessKey.secret}
`;
}
