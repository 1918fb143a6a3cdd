/**
 * Keeps a thousand objects from each trying a credential that the cloud refuses: after one refusal no pass may call until
 * a single trial gets through.
 */

import type { Clock } from '../core/clock.ts';
import { classify } from '../core/errors/classify.ts';
import { EsaError } from '../core/errors/esa-error.ts';
import type { Interceptor } from './call.ts';

export interface BreakerOptions {
  readonly clock: Clock;
  /** The cloud does not take the credential. */
  readonly onRefused: () => void;
  /** The time for a trial has come: one object should try. */
  readonly onTrial: () => void;
  /** The cloud takes the credential, after all: whoever was refused may try. */
  readonly onAccepted: () => void;
}

const firstPauseMs = 30_000;
const longestPauseMs = 5 * 60_000;

/** The breaker of one credential. */
export class CredentialBreaker {
  readonly #options: BreakerOptions;
  readonly #closing = new AbortController();
  /** Open while it is set. */
  #refusal: EsaError | undefined;
  /** The next pass may try, although the breaker is open. */
  #isTrialDue = false;
  /** When the next one is, on the monotonic clock. */
  #nextTrialMs = 0;
  #isAwaited = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Learns from each call whether the cloud takes the credential. */
  readonly observe: Interceptor = async (call, next) => {
    try {
      const result = await next(call);
      this.#accepted();
      return result;
    } catch (error) {
      if (isRefusal(error)) this.refused(error);
      throw error;
    }
  };

  get isOpen(): boolean {
    return this.#refusal !== undefined;
  }

  /** When the next trial call is due, in milliseconds from now; undefined while the breaker is closed. */
  get trialInMs(): number | undefined {
    return this.#refusal && Math.max(0, this.#nextTrialMs - this.#options.clock.monotonicMs());
  }

  /** Asked before the calls of a pass. @throws the refusal, the same EsaError again, while nobody may call */
  admit(): void {
    if (this.#refusal && !this.#isTrialDue) throw this.#refusal;
    this.#isTrialDue = false;
  }

  /** Opens the breaker. */
  refused(error: EsaError): void {
    if (this.#refusal) return;
    this.#refusal = error;
    this.#options.onRefused();
    void this.#tryFromTimeToTime(error);
  }

  /** Its first success counts as an acceptance: it takes the place of a credential that was refused. */
  awaitAcceptance(): void {
    this.#isAwaited = true;
  }

  /** Ends the trials. */
  close(): void {
    this.#closing.abort('closed');
  }

  #accepted(): void {
    if (!this.#refusal && !this.#isAwaited) return;
    this.#refusal = undefined;
    this.#isAwaited = false;
    this.#options.onAccepted();
  }

  async #tryFromTimeToTime(refusal: EsaError): Promise<void> {
    const { clock, onTrial } = this.#options;
    const { signal } = this.#closing;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      this.#nextTrialMs = clock.monotonicMs() + pauseMs;
      await clock.sleep(pauseMs, signal);
      if (signal.aborted || this.#refusal !== refusal) return;
      this.#isTrialDue = true;
      onTrial();
    }
  }
}

/** Whether an error says that the credential cannot be had, or that the cloud does not take it. */
export function isRefusal(error: unknown): error is EsaError {
  return error instanceof EsaError && classify(error, 'read').reason === 'CredentialsInvalid';
}
