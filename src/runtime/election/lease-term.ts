/** One unbroken term of leadership: over once renewals are overdue or it was ended, and then for good. */

import type { Clock } from '../../core/clock.ts';
import { elapsedMs, type Moment } from '../moment.ts';
import type { Term } from './leadership.ts';

export class LeaseTerm implements Term {
  readonly #clock: Clock;
  readonly #limitMs: number;
  /** When the last successful write of the lease was sent: others may count from then on. */
  #renewedAt: Moment;
  #isOver = false;

  /** @param limitMs how long the term goes on after the last renewal began */
  constructor(clock: Clock, begunAt: Moment, limitMs: number) {
    this.#clock = clock;
    this.#renewedAt = begunAt;
    this.#limitMs = limitMs;
  }

  isHeld(): boolean {
    this.#isOver ||= this.sinceRenewalMs() >= this.#limitMs;
    return !this.#isOver;
  }

  /** Takes in a renewal that was sent at `sentAt`. It does nothing for a term that ended before its response came. */
  renew(sentAt: Moment): void {
    if (this.isHeld()) this.#renewedAt = sentAt;
  }

  end(): void {
    this.#isOver = true;
  }

  sinceRenewalMs(): number {
    return elapsedMs(this.#clock, this.#renewedAt);
  }

  /** Milliseconds until the term ends by itself. */
  leftMs(): number {
    return Math.max(0, this.#limitMs - this.sinceRenewalMs());
  }
}
