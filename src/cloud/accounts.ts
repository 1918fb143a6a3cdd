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
  readonly holder: Holder;
  /** When the namespace last asked, on the monotonic clock. */
  readonly atMs: number;
}

interface Holder {
  readonly identity: string;
  readonly account: Account;
  /** How many have it. */
  namespaces: number;
  /**
   * From which namespaces came: their key was changed. Where the old one is refused, those left behind and passes that had
   * begun with it may have the new one as well.
   */
  readonly before: Set<Holder>;
}

/** An object that waits for a credential asks within little more than an hour. */
const forgottenAfterMs = 2 * 3_600_000;
const sweepIntervalMs = 10 * 60_000;

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #holders = new Map<string, Holder>();
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
    const { account } = await this.#holderFor(namespace);
    account.breaker.admit();
    return account;
  }

  /** The account that the namespace was last given; undefined where it has asked for none. */
  known(namespace: string): Account | undefined {
    return this.#byNamespace.get(namespace)?.holder.account;
  }

  /** How many there are. */
  get size(): number {
    return this.#holders.size;
  }

  /** Closes every account, and the connections. */
  async close(): Promise<void> {
    for (const holder of [...this.#holders.values()]) this.#close(holder);
    await this.#options.esa.close();
  }

  async #holderFor(namespace: string): Promise<Holder> {
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
    this.#assign(namespace, `none: ${error.message}`, () => send).account.breaker.refused(error);
  }

  #assign(namespace: string, identity: string, createSend: () => Send): Holder {
    const before = this.#byNamespace.get(namespace)?.holder;
    const holder = this.#holders.get(identity) ?? this.#open(identity, createSend());
    const atMs = this.#options.clock.monotonicMs();
    this.#byNamespace.set(namespace, { holder, atMs });
    if (before !== holder) {
      holder.namespaces += 1;
      if (before) leave(before, holder);
    }
    this.#sweepFromTimeToTime(atMs);
    return holder;
  }

  #open(identity: string, send: Send): Holder {
    const account = new Account({
      send,
      clock: this.#options.clock,
      onRefused: () => this.#refused(holder),
      onTrial: () => this.#try(holder),
      onAccepted: () => this.#accepted(holder),
    });
    const holder: Holder = { identity, account, namespaces: 0, before: new Set() };
    this.#holders.set(identity, holder);
    return holder;
  }

  #heirsOf(holder: Holder): Holder[] {
    return [...this.#holders.values()].filter(({ before }) => before.has(holder));
  }

  #refused(holder: Holder): void {
    for (const heir of this.#heirsOf(holder)) heir.account.breaker.awaitAcceptance();
  }

  #try(holder: Holder): void {
    const woken = this.#wake(new Set([holder, ...this.#heirsOf(holder)]), 1);
    if (woken === 0 && holder.namespaces === 0) this.#close(holder);
  }

  #accepted(holder: Holder): void {
    this.#wake(new Set([holder, ...holder.before]), Number.POSITIVE_INFINITY);
  }

  #wake(affected: ReadonlySet<Holder>, limit: number): number {
    const isAffected = (namespace: string): boolean => {
      const holding = this.#byNamespace.get(namespace);
      return holding !== undefined && affected.has(holding.holder);
    };
    let woken = 0;
    for (const wake of this.#wakeWaiting) if (woken < limit) woken += wake(isAffected, limit - woken);
    return woken;
  }

  #close(holder: Holder): void {
    holder.account.close();
    this.#holders.delete(holder.identity);
    for (const heir of this.#heirsOf(holder)) heir.before.delete(holder);
  }

  /** Namespaces come and go. A refused account that is nobody's ends by its own trials. */
  #sweepFromTimeToTime(nowMs: number): void {
    if (nowMs < this.#nextSweepMs) return;
    this.#nextSweepMs = nowMs + sweepIntervalMs;
    for (const [namespace, { holder, atMs }] of this.#byNamespace) {
      if (nowMs - atMs < forgottenAfterMs) continue;
      this.#byNamespace.delete(namespace);
      holder.namespaces -= 1;
    }
    for (const holder of [...this.#holders.values()]) {
      if (holder.account.breaker.isOpen) continue;
      // A change of a key is over within minutes.
      holder.before.clear();
      if (holder.namespaces === 0) this.#close(holder);
    }
  }
}

function leave(before: Holder, after: Holder): void {
  before.namespaces -= 1;
  if (after.before.has(before)) return;
  after.before.add(before);
  if (before.account.breaker.isOpen) after.account.breaker.awaitAcceptance();
}
