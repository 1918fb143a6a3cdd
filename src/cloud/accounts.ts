/** The accounts in use: one for each credential, and which of them a namespace has. */
import type { Clock } from '../core/clock.ts';
import type { EsaError } from '../core/errors/esa-error.ts';
import { Account } from './account.ts';
import type { Send } from './call.ts';
import { identityOf } from './credential.ts';
import { isRefusal } from './credential-breaker.ts';
import type { EsaClient } from './esa-client.ts';

export interface AccountsOptions {
  readonly esa: EsaClient;
  readonly clock: Clock;
}

/**
 * Wakes objects that wait for a credential.
 * @param isAffected says which namespaces they may be of
 * @param limit how many at most
 * @returns how many there were
 */
export type WakeWaiting = (isAffected: (namespace: string) => boolean, limit: number) => number;

interface Holding {
  readonly account: Account;
  /** When the namespace last asked, on the monotonic clock. */
  readonly atMs: number;
}

/** An object that waits for a credential asks within little more than an hour. */
const forgottenAfterMs = 2 * 3_600_000;
const sweepIntervalMs = 10 * 60_000;

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #accounts = new Map<string, Account>();
  readonly #byNamespace = new Map<string, Holding>();
  readonly #wakeWaiting: WakeWaiting[] = [];
  #nextSweepMs = 0;

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /** `wake` is called when objects that wait for a credential should try. */
  onWake(wake: WakeWaiting): void {
    this.#wakeWaiting.push(wake);
  }

  /**
   * The account for a namespace, with the credential as it is now.
   * @throws EsaError where there is no credential, or the cloud refused it and no trial is due
   */
  async of(namespace: string): Promise<Account> {
    const account = await this.#accountFor(namespace);
    account.breaker.admit();
    return account;
  }

  /** The account that the namespace was last given; undefined where it has asked for none. */
  known(namespace: string): Account | undefined {
    return this.#byNamespace.get(namespace)?.account;
  }

  /** How many there are. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Closes every account, and the connections. */
  async close(): Promise<void> {
    for (const [identity, account] of this.#accounts) this.#close(identity, account);
    await this.#options.esa.close();
  }

  async #accountFor(namespace: string): Promise<Account> {
    const { esa } = this.#options;
    try {
      const credential = await esa.credentialFor(namespace);
      return this.#assign(namespace, identityOf(credential), () => esa.sendWith(credential));
    } catch (error) {
      if (isRefusal(error)) this.#assignNone(namespace, error);
      throw error;
    }
  }

  /** Namespaces that lack a credential for the same reason share the trials that find out whether it is there. */
  #assignNone(namespace: string, error: EsaError): void {
    const send: Send = () => Promise.reject(error);
    this.#assign(namespace, `none: ${error.message}`, () => send).breaker.refused(error);
  }

  #assign(namespace: string, identity: string, createSend: () => Send): Account {
    const before = this.known(namespace);
    const account = this.#accounts.get(identity) ?? this.#open(identity, createSend());
    const atMs = this.#options.clock.monotonicMs();
    this.#byNamespace.set(namespace, { account, atMs });
    if (before !== account) account.gain(before);
    this.#sweepFromTimeToTime(atMs);
    return account;
  }

  #open(identity: string, send: Send): Account {
    const account = new Account({
      send,
      clock: this.#options.clock,
      onRefused: () => {
        for (const heir of this.#heirsOf(account)) heir.breaker.awaitAcceptance();
      },
      onTrial: () => {
        const woken = this.#wake([account, ...this.#heirsOf(account)], 1);
        if (woken === 0 && account.isNobodys) this.#close(identity, account);
      },
      onAccepted: () => this.#wake([account, ...account.before], Number.POSITIVE_INFINITY),
    });
    this.#accounts.set(identity, account);
    return account;
  }

  #heirsOf(account: Account): Account[] {
    return [...this.#accounts.values()].filter(({ before }) => before.has(account));
  }

  #wake(affected: readonly Account[], limit: number): number {
    const isAffected = (namespace: string): boolean => {
      const account = this.known(namespace);
      return account !== undefined && affected.includes(account);
    };
    let woken = 0;
    for (const wake of this.#wakeWaiting) if (woken < limit) woken += wake(isAffected, limit - woken);
    return woken;
  }

  #close(identity: string, account: Account): void {
    account.close();
    this.#accounts.delete(identity);
  }

  /** Namespaces come and go. A refused account that is nobody's ends by its own trials. */
  #sweepFromTimeToTime(nowMs: number): void {
    if (nowMs < this.#nextSweepMs) return;
    this.#nextSweepMs = nowMs + sweepIntervalMs;
    for (const [namespace, { account, atMs }] of this.#byNamespace) {
      if (nowMs - atMs < forgottenAfterMs) continue;
      this.#byNamespace.delete(namespace);
      account.lose();
    }
    for (const [identity, account] of this.#accounts) {
      if (account.breaker.isOpen) continue;
      // A change of a key is over within minutes.
      account.forgetBefore();
      if (account.isNobodys) this.#close(identity, account);
    }
  }
}
