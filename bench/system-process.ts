/** One process of a system under test, from its start to its end, and what it costs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { defaultAccessKey } from '../src/emulator/emulator.ts';
import { findFreePort } from '../test/control-plane/free-port.ts';
import type { SupervisedFolder, SupervisedProcess } from '../test/control-plane/supervised-folder.ts';
import { nowMs } from './clock.ts';
import { type Memory, readCpuMs, readMemory } from './measure/process-usage.ts';
import type { Command, Surroundings, System } from './systems/system.ts';

export interface LaunchOptions {
  readonly folder: SupervisedFolder;
  readonly system: System;
  readonly toCommand: (surroundings: Surroundings) => Command;
  readonly esaEndpoint: string;
  readonly kubeconfig: string;
  /** Names its log; unique in the folder. */
  readonly name: string;
}

const pollEveryMs = 10;
const readyWithinMs = 300_000;
const preload = join(import.meta.dirname, 'event-loop-delay.mjs');

export class SystemProcess {
  readonly pid: number;
  /** By `nowMs()`. */
  readonly startedMs: number;
  /** `http://host:port` of its probes. */
  readonly healthUrl: string;
  /** From its start until its cache was full and its lease held; unknown of one that never led. */
  coldStartMs: number | undefined;
  readonly #process: SupervisedProcess;
  readonly #eventLoopFile: string | undefined;
  #hasEnded = false;

  private constructor(
    process: SupervisedProcess,
    of: Pick<SystemProcess, 'startedMs' | 'healthUrl'> & {
      readonly eventLoopFile: string | undefined;
    },
  ) {
    this.pid = process.pid;
    this.startedMs = of.startedMs;
    this.healthUrl = of.healthUrl;
    this.#process = process;
    this.#eventLoopFile = of.eventLoopFile;
    void process.exited.then(() => {
      this.#hasEnded = true;
    });
  }

  /** Starts it, and waits for nothing. */
  static async launch(options: LaunchOptions): Promise<SystemProcess> {
    const { folder, system, toCommand, esaEndpoint, kubeconfig, name } = options;
    const healthBindAddress = `127.0.0.1:${await findFreePort()}`;
    const eventLoopFile = system.isNode ? join(folder.path, `${name}.event-loop`) : undefined;
    const { command, args } = toCommand({ esaEndpoint, healthBindAddress, ownerId: 'bench' });
    const startedMs = nowMs();
    const process = await folder.start({
      name,
      command,
      args: system.isNode ? ['--import', preload, ...args] : args,
      env: {
        HOME: folder.path,
        KUBECONFIG: kubeconfig,
        ALIBABA_CLOUD_ACCESS_KEY_ID: defaultAccessKey.id,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: defaultAccessKey.secret,
        BENCH_EVENT_LOOP_FILE: eventLoopFile,
      },
    });
    return new SystemProcess(process, {
      startedMs,
      healthUrl: `http://${healthBindAddress}`,
      eventLoopFile,
    });
  }

  /** Resolves once /readyz answers 200. @throws Error when it ends before */
  untilReady(): Promise<void> {
    return this.#until((status) => status === 200);
  }

  /** Resolves once /readyz answers anything. @throws Error when it ends before */
  untilAnswering(): Promise<void> {
    return this.#until((status) => status !== undefined);
  }

  /** What `work` comes to. @throws Error when it ends before */
  async whileItRuns<T>(work: Promise<T>): Promise<T> {
    const end = this.#process.exited.then(() => this.#failure('ended in the middle of its work'));
    const first = await Promise.race([work.then((result) => ({ result })), end]);
    if (first instanceof Error) throw first;
    return first.result;
  }

  cpuMs(): Promise<number> {
    return readCpuMs(this.pid);
  }

  memory(): Promise<Memory> {
    return readMemory(this.pid);
  }

  /** What the event loop was late for so far does not count. */
  forgetEventLoopDelay(): void {
    if (this.#eventLoopFile) this.#process.kill('SIGUSR2');
  }

  /** Resolves once it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#process.kill(signal);
    await this.#process.exited;
  }

  /** The 99th percentile of its event loop's delay; known once a Node system has ended in order. */
  async eventLoopDelayMs(): Promise<number | undefined> {
    if (!this.#eventLoopFile) return undefined;
    return Number(await readFile(this.#eventLoopFile, 'utf8'));
  }

  async #until(isEnough: (status: number | undefined) => boolean): Promise<void> {
    const deadlineMs = nowMs() + readyWithinMs;
    while (!isEnough(await readStatus(`${this.healthUrl}/readyz`))) {
      if (this.#hasEnded) throw this.#failure('ended before it was ready');
      if (nowMs() > deadlineMs) throw this.#failure(`was not ready within ${readyWithinMs / 1000} s`);
      await delay(pollEveryMs);
    }
  }

  #failure(problem: string): Error {
    return new Error(`process ${this.pid} ${problem}`);
  }
}

/** Undefined where nobody answers. */
async function readStatus(url: string): Promise<number | undefined> {
  try {
    const { statusCode, body } = await request(url);
    await body.dump();
    return statusCode;
  } catch {
    return undefined;
  }
}
