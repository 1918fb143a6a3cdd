/** A clock moved by hand, so that tests of waiting never wait. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

export interface VirtualClockOptions {
  /** Wall time at the start, milliseconds since the Unix epoch. */
  readonly startWallMs?: number;
  /** Event loop turns given to the code under test after each wake-up. */
  readonly settleTurns?: number;
}

export class VirtualClock implements Clock {
  #elapsedMs = 0;
  #wallAtZeroMs: number;
  readonly #settleTurns: number;
  /** Ordered by due time; equal ones in the order they began to sleep. */
  readonly #sleepers: Sleeper[] = [];

  constructor({ startWallMs = Date.UTC(2026, 0, 1), settleTurns = 10 }: VirtualClockOptions = {}) {
    this.#wallAtZeroMs = startWallMs;
    this.#settleTurns = settleTurns;
  }

  wallMs(): number {
    return this.#wallAtZeroMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        dueMs: this.#elapsedMs + Math.max(0, ms),
        wake: () => {
          this.#remove(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      signal?.addEventListener('abort', sleeper.wake, { once: true });
      this.#insert(sleeper);
    });
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Milliseconds until the next sleep ends; undefined when nobody sleeps. */
  get nextDueInMs(): number | undefined {
    const next = this.#sleepers[0];
    return next && next.dueMs - this.#elapsedMs;
  }

  /** Lets time pass: wakes every sleeper that comes due, in order, each with time to settle before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    await this.settle();
    for (let next = this.#sleepers[0]; next && next.dueMs <= endMs; next = this.#sleepers[0]) {
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.wake();
      await this.settle();
    }
    this.#elapsedMs = endMs;
  }

  /**
   * Lets time pass, sleep by sleep, until `condition` holds.
   * @throws when nobody sleeps any more, or after `limitMs`
   */
  async advanceUntil(condition: () => boolean, limitMs = 24 * 3_600_000): Promise<void> {
    const endMs = this.#elapsedMs + limitMs;
    await this.settle();
    while (!condition()) {
      const dueInMs = this.nextDueInMs;
      if (dueInMs === undefined) throw new Error('the condition does not hold and nobody sleeps');
      if (this.#elapsedMs + dueInMs > endMs)
        throw new Error(`the condition does not hold after ${limitMs} ms`);
      await this.advance(dueInMs);
    }
  }

  /** Steps the wall clock alone, as an administrator or NTP does. */
  stepWall(ms: number): void {
    this.#wallAtZeroMs += ms;
  }

  /** Lets promises, and what they start, go as far as they can without time passing. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < this.#settleTurns; turn++) await nextTurn();
  }

  #insert(sleeper: Sleeper): void {
    const later = this.#sleepers.findIndex(({ dueMs }) => dueMs > sleeper.dueMs);
    this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper);
  }

  #remove(sleeper: Sleeper): void {
    const index = this.#sleepers.indexOf(sleeper);
    if (index >= 0) this.#sleepers.splice(index, 1);
  }
}
