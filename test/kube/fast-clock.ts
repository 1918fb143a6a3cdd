import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/operator/system-clock.ts';

/** Time that runs `factor` times as fast, where real connections rule out a clock moved by hand. */
export function createFastClock(factor: number): Clock {
  return {
    wallMs: () => systemClock.wallMs(),
    monotonicMs: () => systemClock.monotonicMs() * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}
