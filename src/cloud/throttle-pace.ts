/**
 * When objects whose calls the cloud throttled try again: one after the other, as fast as it takes such calls, so that its
 * limit is neither stormed nor left unused. While it throttles, what it took in a second is its limit.
 */

import type { Clock } from '../core/clock.ts';
import type { Interceptor } from './call.ts';

/** Only who asks for a little more than was taken finds out that the limit was raised. */
const headroom = 1.1;
const secondMs = 1000;
const shortestWaitMs = 1000;
const longestWaitMs = 5 * 60_000;

/** The calls of one action. */
interface ActionPace {
  /** When the second that is counted began, on the monotonic clock. */
  startMs: number;
  taken: number;
  takenBefore: number;
  /** When the next turn is free. */
  nextMs: number;
}

export class ThrottlePace {
  readonly #clock: Clock;
  readonly #actions = new Map<string, ActionPace>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts every call that the cloud takes. */
  readonly count: Interceptor = async (call, next) => {
    const result = await next(call);
    this.#paceOf(call.operation).taken += 1;
    return result;
  };

  /**
   * The turn of a call of `operation` that was throttled, in milliseconds from now.
   * @param retryAfterMs what the cloud asks to wait at least
   * @returns undefined where no limit is known, as the cloud took no such call recently, or the turn would be more than five
   *   minutes away
   */
  turnInMs(operation: string, retryAfterMs = 0): number | undefined {
    const pace = this.#paceOf(operation);
    const perSecond = Math.max(pace.taken, pace.takenBefore) * headroom;
    if (perSecond === 0) return undefined;
    const nowMs = this.#clock.monotonicMs();
    const turnMs = Math.max(pace.nextMs, nowMs + Math.max(retryAfterMs, shortestWaitMs));
    const waitMs = turnMs - nowMs;
    if (waitMs > longestWaitMs) return undefined;
    pace.nextMs = turnMs + secondMs / perSecond;
    return waitMs;
  }

  /** Its counts are of this second and the one before. */
  #paceOf(operation: string): ActionPace {
    const nowMs = this.#clock.monotonicMs();
    const pace = this.#actions.get(operation) ?? { startMs: nowMs, taken: 0, takenBefore: 0, nextMs: nowMs };
    this.#actions.set(operation, pace);
    const seconds = Math.floor((nowMs - pace.startMs) / secondMs);
    if (seconds > 0) {
      pace.takenBefore = seconds === 1 ? pace.taken : 0;
      pace.taken = 0;
      pace.startMs += seconds * secondMs;
    }
    return pace;
  }
}
