/** Exponential back-off with full jitter: the longer something fails, the rarer and the more spread out the tries. */

export interface BackoffRange {
  /** The shortest delay, and half the bound of the first one. */
  readonly leastMs: number;
  readonly mostMs: number;
}

/** Of the keys of a queue. */
const defaultRange: BackoffRange = { leastMs: 1_000, mostMs: 5 * 60_000 };

/**
 * How long to wait after the `failures`-th failure in a row, in milliseconds: evenly spread from `leastMs` to a bound that
 * starts at twice `leastMs`, doubles with each failure and ends at `mostMs`. By default from one second to five minutes.
 * @param failures 1 after the first
 * @param fraction uniform in [0, 1); 1 gives the bound
 */
export function backoffMs(failures: number, fraction: number, range = defaultRange): number {
  const { leastMs, mostMs } = range;
  const boundMs = Math.min(mostMs, leastMs * 2 ** failures);
  return leastMs + fraction * (boundMs - leastMs);
}
