/** When an attempt whose end nobody knows has surely come to nothing: three looks, apart and late enough. */

const settleMs = 30_000;
const spacingMs = 10_000;
const looks = 3;

export class Absences {
  readonly #byAttempt = new Map<string, { readonly firstSeenMs: number; lastMs: number; count: number }>();

  /** A look did not find it. Gives back how long to wait before the next look; 0 when the absence is proven. */
  absent(attemptId: string): number {
    const nowMs = performance.now();
    const seen = this.#byAttempt.get(attemptId) ?? { firstSeenMs: nowMs, lastMs: 0, count: 0 };
    this.#byAttempt.set(attemptId, seen);
    const settlesInMs = seen.firstSeenMs + settleMs - nowMs;
    if (settlesInMs > 0) return Math.min(settlesInMs, spacingMs);
    if (seen.count === 0 || nowMs - seen.lastMs >= spacingMs) {
      seen.count += 1;
      seen.lastMs = nowMs;
    }
    if (seen.count < looks) return spacingMs;
    this.#byAttempt.delete(attemptId);
    return 0;
  }
}
