/** The emulated cloud as a process of its own. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { request } from 'undici';
import type { SwitchValues } from '../src/emulator/emulator.ts';
import { Program } from '../test/control-plane/program.ts';
import type { SupervisedFolder } from '../test/control-plane/supervised-folder.ts';
import type { Counts } from './measure/counts.ts';

const entry = resolve(import.meta.dirname, '../src/main.ts');
const greeting = /answers at (http:\S+), its controls at (http:\S+)\./;
/** More than a run makes, so that none is forgotten. */
const maxCalls = 10_000_000;

export class EmulatorProcess {
  readonly url: string;
  readonly #adminUrl: string;
  readonly #program: Program;

  private constructor(program: Program, url: string, adminUrl: string) {
    this.#program = program;
    this.url = url;
    this.#adminUrl = adminUrl;
  }

  /** Every well-formed app exists from its first use. It ends with `folder`. */
  static async start(folder: SupervisedFolder, switches: SwitchValues): Promise<EmulatorProcess> {
    const logFile = join(folder.path, 'emulator.log');
    const readGreeting = async () => greeting.exec(await readFile(logFile, 'utf8'));
    const args = ['emulator', '--listen=127.0.0.1:0', '--admin-listen=127.0.0.1:0', ...toFlags(switches)];
    const program = new Program(folder, {
      name: 'emulator',
      command: process.execPath,
      args: [entry, ...args],
      env: {},
      isReady: async () => (await readGreeting()) !== null,
    });
    await program.start();
    const [, url = '', adminUrl = ''] = (await readGreeting()) ?? [];
    return new EmulatorProcess(program, url, adminUrl);
  }

  get pid(): number | undefined {
    return this.#program.pid;
  }

  /** How often each action ended with each code, as `<Action> <code>`; `ok` where there was none. */
  async countCalls(): Promise<Counts> {
    const { body } = await request(`${this.#adminUrl}/calls/summary`);
    return flatten((await body.json()) as Record<string, Record<string, number>>);
  }
}

function toFlags(switches: SwitchValues): string[] {
  const all = { autoCreateApps: true, maxCalls, ...switches };
  return Object.entries(all).map(
    ([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${value}`,
  );
}

function flatten(summary: Record<string, Record<string, number>>): Counts {
  return Object.fromEntries(
    Object.entries(summary).flatMap(([action, byCode]) =>
      Object.entries(byCode).map(([code, count]) => [`${action} ${code}`, count]),
    ),
  );
}
