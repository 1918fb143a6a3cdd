/** A folder and the processes that work in it, which do not outlive the process that asked for them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type SupervisorRequest =
  | {
      type: 'start';
      id: number;
      command: string;
      args: readonly string[];
      env: NodeJS.ProcessEnv;
      cwd?: string;
      logFile: string;
    }
  | { type: 'signal'; id: number; signal: NodeJS.Signals }
  | { type: 'close' };

export type SupervisorEvent =
  | { type: 'ready'; folder: string }
  | { type: 'started'; id: number; pid: number }
  | { type: 'failed'; id: number; message: string }
  | { type: 'exited'; id: number; exitCode: number | null; signal: NodeJS.Signals | null };

export interface ProcessSpec {
  /** Names the log file: `<name>.log` in the folder, appended to. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SupervisedProcess {
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Sends the signal to the process and its own children; nothing happens when it has ended. */
  kill(signal: NodeJS.Signals): void;
}

interface Started {
  readonly started: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<ProcessExit>;
}

export class SupervisedFolder implements AsyncDisposable {
  readonly path: string;
  readonly #supervisor: ChildProcess;
  readonly #processes = new Map<number, Started>();
  #lastId = 0;
  #closed: Promise<void> | undefined;

  private constructor(supervisor: ChildProcess, path: string) {
    this.path = path;
    this.#supervisor = supervisor;
    supervisor.on('message', (event: SupervisorEvent) => this.#take(event));
    supervisor.once('exit', () => this.#loseProcesses());
  }

  /** Creates a folder whose path starts with `prefix`; it exists until close() or the end of this process. */
  static async create(prefix: string): Promise<SupervisedFolder> {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const supervisor = fork(join(import.meta.dirname, 'supervisor.ts'), [prefix], {
      detached: true,
      env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(supervisor, 'exit').then(([code]) => {
      throw new Error(`the supervisor of ${prefix}* ended at its start with exit code ${code}`);
    });
    const [event] = (await Promise.race([once(supervisor, 'message'), ended])) as [SupervisorEvent];
    ended.catch(() => undefined);
    if (event.type !== 'ready') throw new Error(`the supervisor of ${prefix}* sent ${event.type} first`);
    return new SupervisedFolder(supervisor, event.folder);
  }

  /** Starts a process; throws when its program cannot be run. */
  async start(spec: ProcessSpec): Promise<SupervisedProcess> {
    const { name, ...rest } = spec;
    this.#lastId += 1;
    const id = this.#lastId;
    const logFile = join(this.path, `${name}.log`);
    const process: Started = { started: Promise.withResolvers(), exited: Promise.withResolvers() };
    this.#processes.set(id, process);
    this.#send({ type: 'start', id, logFile, ...rest });
    const pid = await process.started.promise;
    const kill = (signal: NodeJS.Signals) => this.#send({ type: 'signal', id, signal });
    return { pid, logFile, exited: process.exited.promise, kill };
  }

  /** Ends every process that is left (SIGKILL) and removes the folder. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    if (this.#supervisor.exitCode !== null || this.#supervisor.signalCode !== null) return;
    const exit = once(this.#supervisor, 'exit');
    this.#send({ type: 'close' });
    await exit;
  }

  #send(request: SupervisorRequest): void {
    if (this.#supervisor.connected) this.#supervisor.send(request);
    else if (request.type === 'start') this.#loseProcesses();
  }

  #take(event: SupervisorEvent): void {
    if (event.type === 'ready') return;
    const process = this.#processes.get(event.id);
    if (event.type === 'started') process?.started.resolve(event.pid);
    else this.#processes.delete(event.id);
    if (event.type === 'failed') process?.started.reject(new Error(event.message));
    if (event.type === 'exited') process?.exited.resolve(event);
  }

  #loseProcesses(): void {
    for (const { started, exited } of this.#processes.values()) {
      started.reject(new Error(`the supervisor of ${this.path} has ended`));
      exited.resolve({ exitCode: null, signal: 'SIGKILL' });
    }
    this.#processes.clear();
  }
}

/** Waits for the end of a process; throws with the last lines of its output unless it exits with 0. */
export async function waitForSuccess(what: string, { exited, logFile }: SupervisedProcess): Promise<void> {
  const { exitCode, signal } = await exited;
  if (exitCode === 0) return;
  const output = await readFile(logFile, 'utf8').catch(() => '');
  const end = output.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(`${what} ended with ${signal ?? `exit code ${exitCode}`}:\n${end}`);
}
