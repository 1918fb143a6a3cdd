/** Remembers signature nonces for as long as the gateway does. */

/** 31 minutes, across the whole gateway (https://developer.aliyun.com/ask/561619, not official). */
const windowMs = 31 * 60_000;

export class Nonces {
  /** Nonce to the time of its use; the order of insertion is the order of time. */
  readonly #usedAtMs = new Map<string, number>();

  /** Whether the nonce is fresh; takes note of it then. */
  use(nonce: string, nowMs: number): boolean {
    this.#forget(nowMs - windowMs);
    if (this.#usedAtMs.has(nonce)) return false;
    this.#usedAtMs.set(nonce, nowMs);
    return true;
  }

  #forget(beforeMs: number): void {
    for (const [nonce, usedAtMs] of this.#usedAtMs) {
      if (usedAtMs >= beforeMs) return;
      this.#usedAtMs.delete(nonce);
    }
  }
}
