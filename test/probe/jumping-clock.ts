/** Time that passes only while somebody sleeps, and then at once: for waits between calls over real sockets. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

export class JumpingClock implements Clock {
  #elapsedMs = 0;
  readonly #startWallMs: number;
  readonly #plans: { readonly dueMs: number; readonly act: () => void }[] = [];

  constructor(startWallMs: number) {
    this.#startWallMs = startWallMs;
  }

  wallMs(): number {
    return this.#startWallMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!signal?.aborted) this.#elapsedMs += ms;
    for (const plan of this.#plans.splice(0)) {
      if (plan.dueMs <= this.#elapsedMs) plan.act();
      else this.#plans.push(plan);
    }
    await nextTurn();
  }

  /** Acts once, at the end of the first sleep that reaches `ms` from now. */
  after(ms: number, act: () => void): void {
    this.#plans.push({ dueMs: this.#elapsedMs + ms, act });
  }
}
