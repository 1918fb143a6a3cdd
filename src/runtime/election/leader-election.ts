/**
 * Leader election by a Lease, on client-go's rules: one process acts, the others wait until the lease was given back or
 * has stood still for its duration. A process leads once at most; when it has lost the lease it has to end.
 */

import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import type { Leadership } from './leadership.ts';
import type { Lease, LeaseClient } from './lease.ts';
import { checkLeaseDurations, jitterShare, type LeaseDurations } from './lease-durations.ts';
import { LeaseHolder } from './lease-holder.ts';
import { LeaseTerm } from './lease-term.ts';
import { LeaseWatch } from './lease-watch.ts';

export interface LeaderElectionOptions {
  readonly lease: LeaseClient;
  /** Names this process in the lease; no other process, earlier or elsewhere, may have the same. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly durations: LeaseDurations;
  /** Called once when the term ended other than by `stop`. The process must end then: it will not lead again. */
  readonly onLost: () => void;
}

export interface LeaderElection {
  readonly leadership: Leadership;
  start(): void;
  /** Resolves when the term begins, or when `signal` aborts. */
  elected(signal: AbortSignal): Promise<void>;
  /** False for a leader that should long have renewed its lease or ended. */
  isHealthy(): boolean;
  /** Whether no stored VersionId may be believed before it was looked up; to be asked once elected. */
  mustVerify(): boolean;
  /** All of them were looked up: the lease says so from its next renewal on. */
  verified(): void;
  /**
   * Ends the term and gives the lease back: call it once nothing acts any more. A failure is logged, the lease then
   * expires.
   */
  stop(): Promise<void>;
}

/** @throws RangeError for durations that do not go together */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  checkLeaseDurations(options.durations);
  return new LeaderElector(options);
}

/** How much longer than the lease a leader may be without renewal before it counts as hung. */
const healthToleranceMs = 20_000;

class LeaderElector implements LeaderElection {
  readonly leadership: Leadership = { term: () => (this.#term?.isHeld() ? this.#term : undefined) };
  readonly #options: LeaderElectionOptions;
  readonly #durations: LeaseDurations;
  readonly #holder: LeaseHolder;
  readonly #watch: LeaseWatch;
  readonly #stopping = new AbortController();
  readonly #begun = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();
  #term: LeaseTerm | undefined;
  /** The lease as this process last wrote it. */
  #lease: Lease | undefined;
  #otherHolder = '';

  constructor(options: LeaderElectionOptions) {
    const { lease: client, identity, clock, durations } = options;
    const { leaseMs, renewDeadlineMs } = durations;
    this.#options = options;
    this.#durations = durations;
    const deadlineMs = Math.max(1000, renewDeadlineMs / 2);
    this.#holder = new LeaseHolder({ client, identity, leaseMs, deadlineMs, clock });
    this.#watch = new LeaseWatch(clock, leaseMs);
  }

  start(): void {
    this.#running = this.#run();
  }

  elected(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      void this.#begun.promise.then(resolve);
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  isHealthy(): boolean {
    if (!this.#term || this.#stopping.signal.aborted) return true;
    return this.#term.sinceRenewalMs() < this.#durations.leaseMs + healthToleranceMs;
  }

  mustVerify(): boolean {
    return this.#lease?.mustVerify ?? false;
  }

  verified(): void {
    this.#options.logger.info({}, 'Verified all versions');
    this.#holder.endVerification();
  }

  async stop(): Promise<void> {
    const { identity, logger } = this.#options;
    this.#stopping.abort();
    this.#term?.end();
    await this.#running;
    try {
      if (await this.#holder.release()) logger.info({ identity }, 'Released the lease');
    } catch (error) {
      logger.warn({ identity, error }, 'Failed to release lease, it will expire');
    }
  }

  async #run(): Promise<void> {
    const { identity, logger, onLost } = this.#options;
    const term = await this.#campaign();
    if (!term) return;
    this.#term = term;
    this.#begun.resolve();
    logger.info({ identity, transitions: this.#lease?.transitions }, 'Acquired the lease');
    while (await this.#isRenewalDue(term)) await this.#renew(term);
    if (this.#stopping.signal.aborted) return;
    logger.error({ identity, sinceRenewalMs: term.sinceRenewalMs() }, 'Lost the lease');
    onLost();
  }

  /** Tries until it leads; undefined when it was stopped before. */
  async #campaign(): Promise<LeaseTerm | undefined> {
    const { clock, random } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const term = await this.#tryToAcquire();
      if (term?.isHeld() && !signal.aborted) return term;
      await clock.sleep(this.#durations.retryPeriodMs * (1 + jitterShare * random.fraction()), signal);
    }
    return undefined;
  }

  async #tryToAcquire(): Promise<LeaseTerm | undefined> {
    const { clock, identity, logger } = this.#options;
    try {
      const lease = await this.#holder.read();
      const isFree = this.#watch.isFree(lease);
      // It may be ours already, by a write whose response was lost; yet only an answered write begins a term.
      if (!isFree && lease?.holder !== identity) return this.#noteHolder(lease);
      const held = await this.#holder.hold(lease);
      this.#lease = held?.lease;
      return held && new LeaseTerm(clock, held.sentAt, this.#durations.renewDeadlineMs);
    } catch (error) {
      logger.warn({ identity, error }, 'Failed to acquire lease');
      return undefined;
    }
  }

  async #isRenewalDue(term: LeaseTerm): Promise<boolean> {
    const { signal } = this.#stopping;
    // A whole number: a rest that is less than the clock can show would be slept again and again.
    const pauseMs = Math.min(this.#durations.retryPeriodMs, Math.ceil(term.leftMs()));
    await this.#options.clock.sleep(pauseMs, signal);
    return !signal.aborted && term.isHeld();
  }

  async #renew(term: LeaseTerm): Promise<void> {
    const { identity, logger } = this.#options;
    try {
      const held = (await this.#holder.hold(this.#lease, term.leftMs())) ?? (await this.#holdAfterLook(term));
      if (!held) return;
      this.#lease = held.lease;
      term.renew(held.sentAt);
    } catch (error) {
      logger.warn({ identity, error, leftMs: term.leftMs() }, 'Could not renew the lease');
    }
  }

  /** Somebody wrote in between: another holder, this process itself in a call without a response, a person. */
  async #holdAfterLook(term: LeaseTerm) {
    const lease = await this.#holder.read(term.leftMs());
    if (!lease || lease.holder === this.#options.identity) return this.#holder.hold(lease, term.leftMs());
    term.end();
    return this.#noteHolder(lease);
  }

  #noteHolder(lease: Lease | undefined): undefined {
    const { logger, identity } = this.#options;
    const holder = lease?.holder ?? '';
    if (holder && holder !== this.#otherHolder) logger.info({ holder, identity }, 'New leader elected');
    this.#otherHolder = holder;
  }
}
