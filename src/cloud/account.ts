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
  #namespaces = 0;
  /**
   * From which namespaces came: their key was changed. Where the old one is refused, those left behind and passes that had
   * begun with it may have the new one as well.
   */
  readonly #before = new Set<Account>();

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

  /** Whether no namespace has it. */
  get isNobodys(): boolean {
    return this.#namespaces === 0;
  }

  /** The accounts that namespaces had before this one. */
  get before(): ReadonlySet<Account> {
    return this.#before;
  }

  /** A namespace has it from now on. */
  gain(before: Account | undefined): void {
    this.#namespaces += 1;
    if (!before) return;
    before.lose();
    if (this.#before.has(before)) return;
    this.#before.add(before);
    if (before.breaker.isOpen) this.breaker.awaitAcceptance();
  }

  /** A namespace no longer has it. */
  lose(): void {
    this.#namespaces -= 1;
  }

  /** The change of a key is over. */
  forgetBefore(): void {
    this.#before.clear();
  }

  /** Ends what the account does by itself. Calls under way go on. */
  close(): void {
    this.forgetBefore();
    this.breaker.close();
  }
}
