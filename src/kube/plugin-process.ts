/** One run of a command whose standard output is wanted: bounded in bytes, and ended with all that it started. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** All that it sees. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const maxOutputBytes = 1024 * 1024;
const maxComplaintLetters = 500;

export class PluginProcess {
  /** What it printed. Rejects with an Error in words, with what it wrote to standard error. */
  readonly output: Promise<string>;
  readonly #child: ChildProcess;

  constructor({ command, args, env }: PluginCommand) {
    // In a process group of its own, so that what it starts can be ended with it.
    this.#child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.output = outputOf(this.#child);
  }

  /** For one that has not ended by itself: its output then rejects, or is wanted by nobody. */
  kill(): void {
    const { pid, stdout, stderr } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody is left of its group.
    }
    // What left the group may hold them open.
    stdout?.destroy();
    stderr?.destroy();
  }
}

async function outputOf(child: ChildProcess): Promise<string> {
  const [output, complaint] = [collect(child.stdout), collect(child.stderr)];
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(new Error(toWords(error))));
    child.once('close', resolve);
  });
  if (exitCode === 0) return output.text();
  const how = exitCode === null ? 'it was killed' : `it ended with exit code ${exitCode}`;
  throw new Error(`${how}: ${complaint.text().slice(0, maxComplaintLetters)}`);
}

function toWords({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such command in the PATH of the operator';
  return code === 'EACCES' ? 'it may not be executed' : message;
}

function collect(stream: ChildProcess['stdout']): { text(): string } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxOutputBytes) chunks.push(chunk);
  });
  return { text: () => Buffer.concat(chunks).toString() };
}
