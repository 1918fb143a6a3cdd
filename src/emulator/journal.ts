/** Keeps the state in a file: one change a line, so that each answer is on disk before the client reads it. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { Change } from './cloud-state.ts';

const header = { format: 'edgeapp-emulator', version: 1 };

/**
 * The changes in the file, none if there is no file. A last line that a crash tore is dropped.
 * @throws Error naming file and line if it is not such a file
 */
export function readJournal(path: string): Change[] {
  const lines = readLines(path);
  if (lines.length === 0) return [];
  const parsed = lines.map((line, index) => parseLine(line, `${path}:${index + 1}`));
  const [first, ...changes] = parsed as [unknown, ...Change[]];
  if (JSON.stringify(first) !== JSON.stringify(header)) {
    throw new Error(
      `${path} is not a state file of this emulator: its first line must be ${JSON.stringify(header)}`,
    );
  }
  return changes;
}

export class Journal {
  readonly #file: number;

  /** Begins the file anew with `changes`, in one step: a crash leaves the old file or the new one. */
  constructor(path: string, changes: Iterable<Change>) {
    const lines = [header, ...changes].map((entry) => `${JSON.stringify(entry)}\n`);
    const temporary = `${path}.new`;
    writeFileSync(temporary, lines.join(''), { flush: true });
    renameSync(temporary, path);
    this.#file = openSync(path, 'a');
  }

  append(change: Change): void {
    writeSync(this.#file, `${JSON.stringify(change)}\n`);
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }
}

/** Whole lines only. */
function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${place} is not JSON; the state file is damaged`, { cause });
  }
}
