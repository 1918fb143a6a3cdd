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

export interface StartOptions {
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
  /** From its start until /readyz answered 200. */
  readonly coldStartMs: number;
  /** `http://host:port` of its probes. */
  readonly healthUrl: string;
  readonly #process: SupervisedProcess;
  readonly #eventLoopFile: string;
  readonly #isNode: boolean;

  private constructor(
    process: SupervisedProcess,
    of: Pick<SystemProcess, 'coldStartMs' | 'healthUrl'> & { isNode: boolean; eventLoopFile: string },
  ) {
    this.pid = process.pid;
    this.coldStartMs = of.coldStartMs;
    this.healthUrl = of.healthUrl;
    this.#process = process;
    this.#eventLoopFile = of.eventLoopFile;
    this.#isNode = of.isNode;
  }

  /** @throws Error with the end of its log when it ends before it is ready */
  static async start(options: StartOptions): Promise<SystemProcess> {
    const { folder, system, toCommand, esaEndpoint, kubeconfig, name } = options;
    const { isNode } = system;
    const healthBindAddress = `127.0.0.1:${await findFreePort()}`;
    const healthUrl = `http://${healthBindAddress}`;
    const eventLoopFile = join(folder.path, `${name}.event-loop`);
    const { command, args } = toCommand({ esaEndpoint, healthBindAddress, ownerId: 'bench' });
    const startMs = nowMs();
    const process = await folder.start({
      name,
      command,
      args: isNode ? ['--import', preload, ...args] : args,
      env: {
        HOME: folder.path,
        KUBECONFIG: kubeconfig,
        ALIBABA_CLOUD_ACCESS_KEY_ID: defaultAccessKey.id,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: defaultAccessKey.secret,
        ...(isNode && { BENCH_EVENT_LOOP_FILE: eventLoopFile }),
      },
    });
    await untilReady(process, name, `${healthUrl}/readyz`);
    return new SystemProcess(process, { coldStartMs: nowMs() - startMs, healthUrl, isNode, eventLoopFile });
  }

  cpuMs(): Promise<number> {
    return readCpuMs(this.pid);
  }

  memory(): Promise<Memory> {
    return readMemory(this.pid);
  }

  /** What the event loop was late for so far does not count. */
  forgetEventLoopDelay(): void {
    if (this.#isNode) this.#process.kill('SIGUSR2');
  }

  /** Resolves once it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#process.kill(signal);
    await this.#process.exited;
  }

  /** The 99th percentile of its event loop's delay; known once a Node system has ended in order. */
  async eventLoopDelayMs(): Promise<number | undefined> {
    const text = await readFile(this.#eventLoopFile, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : Number(text);
  }
}

async function untilReady(process: SupervisedProcess, name: string, url: string): Promise<void> {
  let hasEnded = false;
  void process.exited.then(() => {
    hasEnded = true;
  });
  const deadlineMs = nowMs() + readyWithinMs;
  while (!(await isOk(url))) {
    if (hasEnded) throw new Error(`${name} ended before it was ready:\n${await endOfLog(process.logFile)}`);
    if (nowMs() > deadlineMs) {
      process.kill('SIGKILL');
      throw new Error(
        `${name} was not ready within ${readyWithinMs / 1000} s:\n${await endOfLog(process.logFile)}`,
      );
    }
    await delay(pollEveryMs);
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

async function endOfLog(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-25).join('\n');
}
