/**
 * Orders to an operator to signal itself at a call: files in a folder that all replicas share, so that an order can
 * be given while they run. The first replica that comes to the call takes it, by a rename, and so only one does.
 */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Moment, Step } from './steps.ts';

export interface Order {
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly step: Step;
  readonly moment: Moment;
  /** At the how many-th of those calls in one process, counted from 1. */
  readonly nth: number;
}

/** Who obeyed an order, as it wrote down itself right before the signal. */
export interface Obedience {
  readonly pid: number;
  /** What it writes into the Lease as its holder, if it ever tried. */
  readonly identity: string | undefined;
}

const pollEveryMs = 25;

/** The side that gives orders. */
export class OrderBook {
  readonly #folder: string;
  #lastId = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Resolves with who obeyed once somebody did, or with undefined when `signal` aborts before: then nobody will.
   */
  async give(
    { signal: kill, step, moment, nth }: Order,
    signal: AbortSignal,
  ): Promise<Obedience | undefined> {
    this.#lastId += 1;
    const file = join(this.#folder, [this.#lastId, kill, step, moment, nth].join('.'));
    writeFileSync(file, '');
    while (!signal.aborted || !withdraw(file)) {
      const note = await readFile(toNote(file), 'utf8').catch(() => undefined);
      if (note) return JSON.parse(note);
      await delay(pollEveryMs);
    }
    return undefined;
  }
}

/** False if somebody has taken it. */
function withdraw(file: string): boolean {
  try {
    rmSync(file);
    return true;
  } catch {
    return false;
  }
}

/** The side that obeys: an operator. */
export class OrderTaker {
  readonly #folder: string;
  /** How many calls each order has let pass. */
  readonly #passed = new Map<string, number>();
  identity: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Obeys the order for this call, if there is one; after a SIGKILL nothing of this process goes on. */
  at(step: Step, moment: Moment): void {
    for (const name of readdirSync(this.#folder)) {
      const [, signal, orderedStep, orderedMoment, nth] = orderFile.exec(name) ?? [];
      if (orderedStep !== step || orderedMoment !== moment || !this.#isReached(name, Number(nth))) continue;
      if (this.#take(name)) process.kill(process.pid, signal);
    }
  }

  #isReached(name: string, nth: number): boolean {
    const passed = (this.#passed.get(name) ?? 0) + 1;
    this.#passed.set(name, passed);
    return passed >= nth;
  }

  #take(name: string): boolean {
    const [file, taken] = [join(this.#folder, name), join(this.#folder, `taken-${name}`)];
    try {
      renameSync(file, taken);
    } catch {
      return false;
    }
    writeFileSync(taken, JSON.stringify({ pid: process.pid, identity: this.identity }));
    renameSync(taken, toNote(file));
    return true;
  }
}

/** Number, signal, step, moment, how many-th call; a note is none. */
const orderFile = /^\d+\.(\w+)\.([\w-]+)\.(\w+)\.(\d+)$/;

function toNote(file: string): string {
  return `${file}.obeyed`;
}
