/**
 * Keeps a thousand objects from each trying a credential that the cloud refuses: after one refusal nobody calls until
 * a single probe gets through, or the credential is another.
 */

import type { Clock } from '../core/clock.ts';
import { classify } from '../core/errors/classify.ts';
import { EsaError } from '../core/errors/esa-error.ts';
import { aroundCalls } from './around-calls.ts';
import type { EsaApi, EsaConnector } from './esa-api.ts';

export interface BreakerOptions {
  readonly clock: Clock;
  /** The time for a probe has come: somebody should try. */
  readonly onProbe: () => void;
  /** The cloud takes the credential again: everybody who was refused may try. */
  readonly onAccepted: () => void;
  /** Ends the probes. */
  readonly signal: AbortSignal;
}

const firstPauseMs = 30_000;
const longestPauseMs = 5 * 60_000;

/** `connector`, with the refusal thrown again at once, as the same EsaError, while the breaker is open. */
export function withCredentialBreaker(connector: EsaConnector, options: BreakerOptions): GuardedConnector {
  return new CredentialBreaker(connector, options);
}

export interface GuardedConnector extends EsaConnector {
  /** When the next trial call is due, in milliseconds from now; undefined while the cloud takes the credential. */
  trialInMs(): number | undefined;
}

interface Refusal {
  readonly error: EsaError;
  /** Undefined where no credential could be had at all. */
  readonly api: EsaApi | undefined;
}

class CredentialBreaker implements GuardedConnector {
  readonly #connector: EsaConnector;
  readonly #options: BreakerOptions;
  readonly #watched = new WeakMap<EsaApi, EsaApi>();
  /** Open while it is set. */
  #refusal: Refusal | undefined;
  /** The next caller may try, although the breaker is open. */
  #isProbeDue = false;
  /** When the next one is, on the monotonic clock. */
  #nextProbeMs = 0;

  constructor(connector: EsaConnector, options: BreakerOptions) {
    this.#connector = connector;
    this.#options = options;
  }

  async connect(namespace: string): Promise<EsaApi> {
    const api = await this.#watch(undefined, () => this.#connector.connect(namespace));
    if (this.#refusal?.api === api && !this.#takeProbe()) throw this.#refusal.error;
    const watched = this.#watched.get(api) ?? this.#watchCalls(api);
    this.#watched.set(api, watched);
    return watched;
  }

  trialInMs(): number | undefined {
    return this.#refusal && Math.max(0, this.#nextProbeMs - this.#options.clock.monotonicMs());
  }

  #takeProbe(): boolean {
    const isDue = this.#isProbeDue;
    this.#isProbeDue = false;
    return isDue;
  }

  #watchCalls(api: EsaApi): EsaApi {
    return aroundCalls(
      async () => api,
      (_, call) => this.#watch(api, call),
    );
  }

  /** @param api undefined while the credential is only being fetched, which proves nothing */
  async #watch<T>(api: EsaApi | undefined, call: () => Promise<T>): Promise<T> {
    try {
      const result = await call();
      if (api) this.#accepted();
      return result;
    } catch (error) {
      if (error instanceof EsaError && classify(error, 'read').reason === 'CredentialsInvalid') {
        this.#refused({ error, api });
      }
      throw error;
    }
  }

  #accepted(): void {
    if (!this.#refusal) return;
    this.#refusal = undefined;
    this.#options.onAccepted();
  }

  #refused(refusal: Refusal): void {
    if (this.#refusal && this.#refusal.api === refusal.api) return;
    this.#refusal = refusal;
    void this.#probeFromTimeToTime(refusal);
  }

  async #probeFromTimeToTime(refusal: Refusal): Promise<void> {
    const { clock, signal, onProbe } = this.#options;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      this.#nextProbeMs = clock.monotonicMs() + pauseMs;
      await clock.sleep(pauseMs, signal);
      if (signal.aborted || this.#refusal !== refusal) return;
      this.#isProbeDue = true;
      onProbe();
    }
  }
}
