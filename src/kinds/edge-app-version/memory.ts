/** What one process remembers between passes. Nothing rests on it but the pace of calls and the proof of absence. */

import type { Lookup } from '../../cloud/app-lookups.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { AbsenceWatch } from '../../runtime/create-protocol/absence-watch.ts';

const firstPollMs = 1000;
const longestPollMs = 30_000;
const forgottenAfterMs = 15 * 60_000;

interface Refusals {
  readonly what: string;
  readonly times: number;
  readonly lastMs: number;
}

export class Memory {
  readonly absences: AbsenceWatch;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #verifyIntervalMs: number;
  readonly #polls = new Map<string, number>();
  readonly #verifyAtMs = new Map<string, number>();
  readonly #refusals = new Map<string, Refusals>();
  readonly #waits = new Map<string, { readonly attemptId: string; readonly untilMs: number }>();
  readonly #confirmedDeletes = new Map<string, string>();
  readonly #unverified = new Set<string>();
  readonly #verifications = new Map<string, Promise<Lookup>>();
  #onVerified: () => void = () => {};

  /** @param verifyIntervalMs how often a version at rest is looked up again, in milliseconds; 0: never */
  constructor(absences: AbsenceWatch, clock: Clock, random: Random, verifyIntervalMs: number) {
    this.absences = absences;
    this.#clock = clock;
    this.#random = random;
    this.#verifyIntervalMs = verifyIntervalMs;
  }

  /**
   * Counts a refusal of which nobody knows what it means.
   * @param what names it: another one begins anew
   * @returns how often it has come in a row, without a pause of 15 minutes or more
   */
  countRefusal(key: string, what: string): number {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#refusals.get(key);
    const isSame = before?.what === what && nowMs - before.lastMs < forgottenAfterMs;
    const times = isSame ? before.times + 1 : 1;
    this.#refusals.set(key, { what, times, lastMs: nowMs });
    return times;
  }

  /** The cloud asked to wait, in its response to the create of this attempt. */
  waitAfter(key: string, attemptId: string, waitMs: number): void {
    this.#waits.set(key, { attemptId, untilMs: this.#clock.monotonicMs() + waitMs });
  }

  /** How long that still is, in milliseconds. */
  waitInMs(key: string, attemptId: string): number {
    const wait = this.#waits.get(key);
    return wait?.attemptId === attemptId ? Math.max(0, wait.untilMs - this.#clock.monotonicMs()) : 0;
  }

  /** How long to wait before the next look at a build: from one second up to half a minute, spread by a fifth. */
  nextPollMs(key: string): number {
    const polls = this.#polls.get(key) ?? 0;
    this.#polls.set(key, polls + 1);
    return Math.min(longestPollMs, firstPollMs * 2 ** polls) * (0.9 + 0.2 * this.#random.fraction());
  }

  /** How long until a version at rest is due for another look; infinite where that is off. Spread over the interval. */
  verifyInMs(key: string): number {
    if (this.#unverified.has(key)) return 0;
    if (this.#verifyIntervalMs === 0) return Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.monotonicMs();
    const dueMs = this.#verifyAtMs.get(key) ?? nowMs + this.#verifyIntervalMs * this.#random.fraction();
    this.#verifyAtMs.set(key, dueMs);
    return Math.max(0, dueMs - nowMs);
  }

  /** The version was looked up just now. */
  looked(key: string): void {
    this.#verified(key);
    if (this.#verifyIntervalMs === 0) return;
    const spread = 0.9 + 0.2 * this.#random.fraction();
    this.#verifyAtMs.set(key, this.#clock.monotonicMs() + this.#verifyIntervalMs * spread);
  }

  isUnverified(key: string): boolean {
    return this.#unverified.has(key);
  }

  /** The one listing of an app by which the versions of all its objects are verified; begun by who asks first. */
  listingForVerification(appId: string, list: () => Promise<Lookup>): Promise<Lookup> {
    const known = this.#verifications.get(appId);
    if (known) return known;
    const listing = list();
    this.#verifications.set(appId, listing);
    const forget = () => this.#verifications.delete(appId);
    listing.then(({ kind }) => kind === 'unknown' && forget(), forget);
    return listing;
  }

  /** No status is believed before its version was looked up; `onVerified` is told when that is so for all of `keys`. */
  verifyAll(keys: Iterable<string>, onVerified: () => void): void {
    for (const key of keys) this.#unverified.add(key);
    this.#onVerified = onVerified;
    if (this.#unverified.size === 0) onVerified();
  }

  #verified(key: string): void {
    if (!this.#unverified.delete(key) || this.#unverified.size > 0) return;
    this.#verifications.clear();
    this.#onVerified();
  }

  /** The cloud deleted this version for the object with this uid, and a read agreed. */
  confirmDelete(key: string, uid: string, versionId: string): void {
    this.#confirmedDeletes.set(key, `${uid} ${versionId}`);
  }

  isDeleteConfirmed(key: string, uid: string, versionId: string): boolean {
    return this.#confirmedDeletes.get(key) === `${uid} ${versionId}`;
  }

  /** The build has ended, or the object is at rest. */
  settle(key: string): void {
    this.#polls.delete(key);
    this.#refusals.delete(key);
    this.#waits.delete(key);
    this.absences.forget(key);
  }

  forget(key: string): void {
    this.settle(key);
    this.#verified(key);
    this.#verifyAtMs.delete(key);
    this.#confirmedDeletes.delete(key);
  }
}
