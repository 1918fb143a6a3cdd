import { readFile } from 'node:fs/promises';
import type { ProcessSpec, SupervisedFolder, SupervisedProcess } from './supervised-folder.ts';

/** Runs a process to its end; throws with the last lines of its output unless it exits with 0. */
export async function runToEnd(
  folder: SupervisedFolder,
  spec: ProcessSpec,
  onStart: (process: SupervisedProcess) => void = () => undefined,
): Promise<void> {
  const process = await folder.start(spec);
  onStart(process);
  const { exitCode, signal } = await process.exited;
  if (exitCode === 0) return;
  const output = await readFile(process.logFile, 'utf8').catch(() => '');
  const end = output.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(`${spec.command} ended with ${signal ?? `exit code ${exitCode}`}:\n${end}`);
}
