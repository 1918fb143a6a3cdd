/**
 * The longest time between one moment and the next, of the gaps that begin between `fromMs` and `untilMs`; `fromMs` itself
 * begins one.
 */
export function longestGapMs(momentsMs: readonly number[], fromMs: number, untilMs: number): number {
  const later = [fromMs, ...momentsMs.filter((ms) => ms > fromMs)].sort((a, b) => a - b);
  const gaps = later.slice(1).map((ms, index) => ({ startMs: later[index] as number, ms }));
  return Math.max(
    0,
    ...gaps.filter(({ startMs }) => startMs <= untilMs).map(({ startMs, ms }) => ms - startMs),
  );
}
