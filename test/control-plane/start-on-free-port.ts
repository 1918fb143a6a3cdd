import { findFreePort } from './free-port.ts';
import { Program, type ProgramSpec, ProgramStartError } from './program.ts';
import type { SupervisedFolder } from './supervised-folder.ts';

const maxAttempts = 5;

/**
 * Starts a program on a free port, which it gives back.
 * Between the search for a free port and its use another process may take it: then again with another port.
 */
export async function startOnFreePort(
  folder: SupervisedFolder,
  signal: AbortSignal | undefined,
  toSpec: (port: number) => Promise<ProgramSpec>,
): Promise<[Program, port: number]> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const program = new Program(folder, await toSpec(port));
    try {
      await program.start(signal);
      return [program, port];
    } catch (error) {
      const isPortTaken = error instanceof ProgramStartError && error.isPortTaken;
      if (!isPortTaken || attempt === maxAttempts) throw error;
    }
  }
}
