/**
 * Keeps creates that end unclear from becoming a storm: after five in a row in one account only one goes out at a time, and
 * not before a pause, until one has a clear end.
 */
import type { Clock } from '../core/clock.ts';

const unclearBeforeTrials = 5;
const firstPauseMs = 10_000;
const longestPauseMs = 5 * 60_000;

export class CreateTrials {
  readonly #clock: Clock;
  #unclear = 0;
  #isUnderWay = false;
  /** When the next trial may begin, on the monotonic clock. */
  #nextMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long a create has to wait, in milliseconds; 0: it may begin, and `run` must be given it before any other asks. */
  get waitMs(): number {
    if (this.#unclear < unclearBeforeTrials) return 0;
    const waitMs = Math.max(0, this.#nextMs - this.#clock.monotonicMs());
    return this.#isUnderWay ? Math.max(waitMs, firstPauseMs) : waitMs;
  }

  /** Runs a create and returns what it returns; `report` is to be told whether the create had a clear end. */
  async run<T>(create: (report: (isClear: boolean) => void) => Promise<T>): Promise<T> {
    const isTrial = this.#unclear >= unclearBeforeTrials;
    if (isTrial) this.#isUnderWay = true;
    try {
      return await create((isClear) => this.#report(isClear));
    } finally {
      if (isTrial) this.#isUnderWay = false;
    }
  }

  #report(isClear: boolean): void {
    this.#unclear = isClear ? 0 : this.#unclear + 1;
    const trials = this.#unclear - unclearBeforeTrials;
    if (trials < 0) return;
    this.#nextMs = this.#clock.monotonicMs() + Math.min(longestPauseMs, firstPauseMs * 2 ** trials);
  }
}
