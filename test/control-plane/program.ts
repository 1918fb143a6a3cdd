/** One program of the control plane: started until it answers, stopped, started again on the same data and port. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessExit, ProcessSpec, SupervisedFolder, SupervisedProcess } from './supervised-folder.ts';

const readyWithinMs = 120_000;
const endWithinMs = 20_000;
const pollEveryMs = 40;

export interface ProgramSpec extends ProcessSpec {
  /** True once the program serves; a rejection counts as not yet. */
  readonly isReady: (signal: AbortSignal) => Promise<boolean>;
}

/** A program ended, or did not answer in time, while it was started; the message ends with the last lines of its log. */
export class ProgramStartError extends Error {
  override readonly name = 'ProgramStartError';
  readonly isPortTaken: boolean;

  constructor(problem: string, log: string) {
    super(`${problem}; the end of its log:\n${log.split('\n').slice(-25).join('\n')}`);
    this.isPortTaken = log.includes('address already in use');
  }
}

export class Program {
  readonly #folder: SupervisedFolder;
  readonly #spec: ProgramSpec;
  #process: SupervisedProcess | undefined;
  #lastExit: ProcessExit | undefined;

  constructor(folder: SupervisedFolder, spec: ProgramSpec) {
    this.#folder = folder;
    this.#spec = spec;
  }

  /** The process id while it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** How it ended the last time, if it did. */
  get lastExit(): ProcessExit | undefined {
    return this.#lastExit;
  }

  /** Settles when it ends; at once while it does not run. */
  async ended(): Promise<void> {
    await this.#process?.exited;
  }

  /** Starts the program, unless it runs, and waits until it serves; throws ProgramStartError. */
  async start(signal?: AbortSignal): Promise<void> {
    if (this.#process !== undefined) return;
    signal?.throwIfAborted();
    const earlierLog = await this.#readLog();
    const process = await this.#folder.start(this.#spec);
    this.#process = process;
    const exit = process.exited.then((ended) => {
      const { exitCode, signal } = ended;
      this.#process = undefined;
      this.#lastExit = ended;
      return `ended with ${signal ?? `exit code ${exitCode}`} before it was ready`;
    });
    const problem = await Promise.race([exit, this.#waitUntilReady(process, signal)]);
    if (problem === undefined) return;
    process.kill('SIGKILL');
    await process.exited;
    signal?.throwIfAborted();
    throw new ProgramStartError(
      `${this.#spec.name} ${problem}`,
      (await this.#readLog()).slice(earlierLog.length),
    );
  }

  /** Ends the program and waits for its end; SIGTERM becomes SIGKILL after 20 seconds. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    process.kill(signal);
    const timer = setTimeout(() => process.kill('SIGKILL'), endWithinMs);
    await process.exited.finally(() => clearTimeout(timer));
    this.#process = undefined;
  }

  /** The log goes on from an earlier start of this or another attempt. */
  async #readLog(): Promise<string> {
    return await readFile(join(this.#folder.path, `${this.#spec.name}.log`), 'utf8').catch(() => '');
  }

  async #waitUntilReady(process: SupervisedProcess, signal?: AbortSignal): Promise<string | undefined> {
    const deadline = AbortSignal.timeout(readyWithinMs);
    while (this.#process === process) {
      if (signal?.aborted) return 'was not ready when its start was aborted';
      if (deadline.aborted) return `was not ready within ${readyWithinMs / 1000} seconds`;
      if (await this.#spec.isReady(deadline).catch(() => false)) return undefined;
      await delay(pollEveryMs);
    }
    return 'ended before it was ready';
  }
}
