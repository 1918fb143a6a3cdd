/** What there is once for each credential: what sends its calls, and what is known from them. */
import type { AppLookups } from './app-lookups.ts';
import { intercepted, type Send } from './call.ts';
import { CreateTrials } from './create-trials.ts';
import { type BreakerOptions, CredentialBreaker } from './credential-breaker.ts';
import { LookupsByApp } from './lookups-by-app.ts';
import { ThrottlePace } from './throttle-pace.ts';

export interface AccountOptions extends BreakerOptions {
  /** With the credential. */
  readonly send: Send;
}

export class Account {
  /** @throws EsaError for every failure */
  readonly send: Send;
  readonly breaker: CredentialBreaker;
  readonly pace: ThrottlePace;
  readonly trials: CreateTrials;
  readonly #lookups: LookupsByApp;

  constructor(options: AccountOptions) {
    this.breaker = new CredentialBreaker(options);
    this.pace = new ThrottlePace(options.clock);
    this.trials = new CreateTrials(options.clock);
    this.send = intercepted(options.send, [
      // Outermost first. The breaker is next to the wire, so that it learns of every response; what comes before it may refuse
      // or delay a call, and must not be taken for the cloud.
      this.pace.count,
      this.breaker.observe,
    ]);
    this.#lookups = new LookupsByApp(this.send);
  }

  /** Of one app; whoever asks about it shares them. */
  lookupsOf(appId: string): AppLookups {
    return this.#lookups.of(appId);
  }

  /** Ends what the account does by itself: it is nobody's any more. Calls under way go on. */
  close(): void {
    this.breaker.close();
  }
}
