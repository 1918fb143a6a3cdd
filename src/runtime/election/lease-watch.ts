/** When a lease may be taken from its holder: by what this process saw and its own clock, never by another host's times. */

import type { Clock } from '../../core/clock.ts';
import type { Lease } from './lease.ts';

export class LeaseWatch {
  readonly #clock: Clock;
  readonly #defaultMs: number;
  /** The last change that was seen; undefined before the first look. */
  #seen:
    | { readonly version: string | undefined; readonly atMs: number; readonly validMs: number }
    | undefined;

  /** @param defaultMs how long a lease is good for that does not say so */
  constructor(clock: Clock, defaultMs: number) {
    this.#clock = clock;
    this.#defaultMs = defaultMs;
  }

  /**
   * Whether `lease`, as just read, may be taken over, or made where there is none. One that this process has seen and
   * that was deleted since is not free before its holder has had the time to notice.
   */
  isFree(lease: Lease | undefined): boolean {
    const { atMs, validMs } = this.#see(lease);
    return lease?.holder === '' || this.#clock.monotonicMs() - atMs >= validMs;
  }

  #see(lease: Lease | undefined) {
    const version = lease?.resourceVersion;
    if (this.#seen && this.#seen.version === version) return this.#seen;
    const validMs = lease ? (lease.durationMs ?? this.#defaultMs) : (this.#seen?.validMs ?? 0);
    this.#seen = { version, atMs: this.#clock.monotonicMs(), validMs };
    return this.#seen;
  }
}
