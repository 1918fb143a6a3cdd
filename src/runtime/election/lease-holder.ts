/** What one process does to the lease: look at it, write itself as the holder, give it back. Each call has a deadline. */

import type { Clock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { type Moment, momentOf } from '../moment.ts';
import type { Lease, LeaseClient, LeaseRecord } from './lease.ts';

export interface LeaseHolderOptions {
  readonly client: LeaseClient;
  readonly identity: string;
  /** How long the lease is good for, as written into it. */
  readonly leaseMs: number;
  /** Of one call. */
  readonly deadlineMs: number;
  readonly clock: Clock;
}

const releaseTries = 3;
/** A lease without a holder is free at once; this is for readers that look at the duration alone. */
const releasedMs = 1000;

export class LeaseHolder {
  readonly #options: LeaseHolderOptions;
  /** Whether a write was ever sent that names this process. */
  #mayHold = false;
  #isVerified = false;

  constructor(options: LeaseHolderOptions) {
    this.#options = options;
  }

  /** @throws what the client throws, or Error after `limitMs` or the deadline; so do all others here */
  read(limitMs?: number): Promise<Lease | undefined> {
    return this.#ask((signal) => this.#options.client.read(signal), limitMs);
  }

  /**
   * Writes this process as the holder in place of `previous`, the lease as last known, or where there is none.
   * @returns the lease as written, and when the write was sent; undefined if somebody else wrote in between
   */
  async hold(
    previous: Lease | undefined,
    limitMs?: number,
  ): Promise<{ readonly lease: Lease; readonly sentAt: Moment } | undefined> {
    const { client, clock } = this.#options;
    const sentAt = momentOf(clock);
    const record = this.#toHeld(previous, sentAt.wallMs);
    this.#mayHold = true;
    const result = await this.#ask(
      (signal) =>
        previous
          ? client.replace({ ...record, resourceVersion: previous.resourceVersion }, signal)
          : client.create(record, signal),
      limitMs,
    );
    return result.kind === 'written' ? { lease: result.object, sentAt } : undefined;
  }

  /** From the next write on the lease does not ask for verification any more. */
  endVerification(): void {
    this.#isVerified = true;
  }

  /** Gives the lease back. @returns whether this process held it, be it by a write whose response was lost, and does no more */
  async release(): Promise<boolean> {
    for (let triesLeft = this.#mayHold ? releaseTries : 0; triesLeft > 0; triesLeft -= 1) {
      const lease = await this.read();
      if (lease?.holder !== this.#options.identity) return false;
      if (await this.#writeFree(lease)) return true;
    }
    return false;
  }

  async #writeFree(lease: Lease): Promise<boolean> {
    const { client, clock } = this.#options;
    const wallMs = clock.wallMs();
    const free = { durationMs: releasedMs, holder: '', acquiredWallMs: wallMs, renewedWallMs: wallMs };
    const result = await this.#ask((signal) => client.replace({ ...lease, ...free }, signal));
    return result.kind === 'written';
  }

  #toHeld(previous: Lease | undefined, wallMs: number): LeaseRecord {
    const { identity, leaseMs } = this.#options;
    const isOurs = previous?.holder === identity;
    return {
      holder: identity,
      durationMs: leaseMs,
      acquiredWallMs: isOurs ? previous.acquiredWallMs : wallMs,
      // A write that changes nothing gets no new resourceVersion, and others would see a lease that stands still.
      renewedWallMs: wallMs === previous?.renewedWallMs ? wallMs + 1 : wallMs,
      ...(previous?.mustVerify && !this.#isVerified && { mustVerify: true }),
      transitions: previous ? previous.transitions + (isOurs ? 0 : 1) : 0,
    };
  }

  async #ask<T>(send: (signal: AbortSignal) => Promise<T>, limitMs = Number.POSITIVE_INFINITY): Promise<T> {
    const { clock, deadlineMs } = this.#options;
    const leftMs = Math.min(deadlineMs, limitMs);
    const toError = () => new Error(`no response within ${Math.round(leftMs)} ms`);
    const deadline = new Deadline({ clock, limitMs: leftMs, toError });
    try {
      return await deadline.race(send(deadline.signal));
    } finally {
      deadline.clear();
    }
  }
}
