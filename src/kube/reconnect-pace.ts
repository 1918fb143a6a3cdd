/** When an informer connects again: at once where that is safe, else after a growing delay. */

import { backoffMs } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';

const healthyMs = 60_000;
const usefulMs = 1_000;
/** The server ends open watches several times right after a CRD was created or changed. */
const immediateInARow = 10;
const delays = { leastMs: 400, mostMs: 30_000 };

export class ReconnectPace {
  readonly #clock: Clock;
  readonly #random: Random;
  /** In a row. */
  #failures = 0;
  #connectedMs = 0;
  #immediateLeft = immediateInARow;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  onConnecting(): void {
    this.#connectedMs = this.#clock.monotonicMs();
  }

  /** Milliseconds to wait after the server ended a watch in order, or said that its version is too old. */
  afterEnd(): number {
    if (this.#lastedMs() >= usefulMs) this.#immediateLeft = immediateInARow;
    if (this.#immediateLeft === 0) return this.afterFailure();
    this.#immediateLeft -= 1;
    return 0;
  }

  /** Milliseconds to wait after anything else. */
  afterFailure(): number {
    if (this.#lastedMs() >= healthyMs) this.#failures = 0;
    this.#failures += 1;
    return backoffMs(this.#failures, this.#random.fraction(), delays);
  }

  #lastedMs(): number {
    return this.#clock.monotonicMs() - this.#connectedMs;
  }
}
