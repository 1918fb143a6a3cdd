/** A token bucket for each key and action. */

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes a token. Returns 0, or how many milliseconds to wait if there is none. A bucket holds one second's worth. */
  take(who: string, ratePerSecond: number, nowMs: number): number {
    const bucket = this.#buckets.get(who) ?? { tokens: ratePerSecond, filledAtMs: nowMs };
    this.#buckets.set(who, bucket);
    const grown = (Math.max(0, nowMs - bucket.filledAtMs) * ratePerSecond) / 1000;
    bucket.tokens = Math.min(ratePerSecond, bucket.tokens + grown);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1000) / ratePerSecond);
    bucket.tokens -= 1;
    return 0;
  }
}
