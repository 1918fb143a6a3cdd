/** Exponential back-off with full jitter: the longer something fails, the rarer and the more spread out the tries. */

const shortestMs = 1000;
const longestMs = 5 * 60_000;

/**
 * How long to wait after the `failures`-th failure in a row, in milliseconds: evenly spread from one second to a bound
 * that starts at two seconds, doubles with each failure and ends at five minutes.
 * @param failures 1 after the first
 * @param fraction uniform in [0, 1)
 */
export function backoffMs(failures: number, fraction: number): number {
  const boundMs = Math.min(longestMs, shortestMs * 2 ** failures);
  return shortestMs + fraction * (boundMs - shortestMs);
}
