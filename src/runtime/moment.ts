/** Points in time of this process, for time limits that a pause of the process or of its machine must not hide from. */
import type { Clock } from '../core/clock.ts';

export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export function momentOf(clock: Clock): Moment {
  return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
}

/**
 * Milliseconds since `moment`, by the larger of two clocks: the monotonic one stands still while a machine is suspended,
 * the wall clock can be set back.
 */
export function elapsedMs(clock: Clock, moment: Moment): number {
  return Math.max(clock.wallMs() - moment.wallMs, clock.monotonicMs() - moment.monotonicMs);
}
