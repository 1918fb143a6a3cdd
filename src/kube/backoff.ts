/** Growing, jittered delays between tries at one thing. */
import type { Random } from '../core/random.ts';

export interface BackoffOptions {
  readonly random: Random;
  readonly firstMs: number;
  readonly maxMs: number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The next delay in milliseconds: doubling from `firstMs` up to `maxMs`, of which the upper half is random. */
  next(): number {
    const { random, firstMs, maxMs } = this.#options;
    const ceilingMs = Math.min(maxMs, firstMs * 2 ** this.#failures);
    this.#failures += 1;
    return ceilingMs * (0.5 + 0.5 * random.fraction());
  }

  reset(): void {
    this.#failures = 0;
  }
}
