/** Tries that people ask for by an annotation: at most one a minute for one object. */
import type { Clock } from '../core/clock.ts';

const pauseMs = 60_000;

export class RequestedTries {
  readonly #clock: Clock;
  readonly #last = new Map<string, { readonly request: string; readonly atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long until the try that is asked for by `request` may be made, in milliseconds; 0: it is made now. */
  dueInMs(key: string, request: string): number {
    const last = this.#last.get(key);
    if (last?.request === request) return 0;
    const nowMs = this.#clock.monotonicMs();
    const dueMs = last === undefined ? nowMs : last.atMs + pauseMs;
    if (dueMs <= nowMs) this.#last.set(key, { request, atMs: nowMs });
    return Math.max(0, dueMs - nowMs);
  }

  forget(key: string): void {
    this.#last.delete(key);
  }
}
