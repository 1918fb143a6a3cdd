/** Runs the program as a user does: a process of its own, with arguments, environment, input and signals. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/edgeapp', import.meta.url));

export interface Invocation {
  readonly args: readonly string[];
  /** Everything of the environment that the program sees, beside PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Goes before the program, for example `--require`. */
  readonly nodeArgs?: readonly string[];
  /** Another build of the program. */
  readonly file?: string;
  readonly cwd?: string;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class EdgeappProcess implements AsyncDisposable {
  readonly ended: Promise<Ended>;
  readonly #child;
  #stdout = '';
  #stderr = '';
  readonly #watchers = new Set<() => void>();

  constructor({ args, env = {}, input, nodeArgs = [], file = program, cwd }: Invocation) {
    this.#child = spawn(process.execPath, [...nodeArgs, file, ...args], {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(cwd && { cwd }),
    });
    this.#child.stdin.end(input ?? '');
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      for (const watch of this.#watchers) watch();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      for (const watch of this.#watchers) watch();
    });
    this.ended = once(this.#child, 'close').then(([exitCode]) => {
      for (const watch of this.#watchers) watch();
      return { exitCode, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  /** The first match in all that was printed so far or will be. @throws when the process ends before */
  async printed(pattern: RegExp): Promise<RegExpMatchArray> {
    const match = () => `${this.#stdout}\n${this.#stderr}`.match(pattern);
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = match();
        if (found) resolve(found);
        else if (this.#child.exitCode !== null || this.#child.signalCode !== null)
          reject(new Error(`ended without ${pattern}:\n${this.#stderr}`));
        else return;
        this.#watchers.delete(look);
      };
      this.#watchers.add(look);
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}

/** Runs the program to its end. */
export function edgeapp(...args: readonly string[]): Promise<Ended> {
  return new EdgeappProcess({ args }).ended;
}
