/**
 * Remembers, for each open intent, since when this process has known it and how often the version was surely absent.
 * In memory on purpose: a new process begins again, on its own monotonic clock.
 */
import type { Clock } from '../../core/clock.ts';

export interface AbsenceRules {
  /** How long a request may take until its effect shows, in milliseconds. */
  readonly settleDelayMs: number;
  /** The least time between two looks that count, in milliseconds. */
  readonly spacingMs: number;
  /** How many looks that count make a proof. */
  readonly looks: number;
}

export class AbsenceWatch {
  readonly #clock: Clock;
  readonly #rules: AbsenceRules;
  readonly #watched = new Map<string, Watched>();

  constructor(clock: Clock, rules: AbsenceRules) {
    this.#clock = clock;
    this.#rules = rules;
  }

  /** What is known about `intent` of the object with this key; begins at the first sight of that intent. */
  see(key: string, intent: string): Watched {
    const before = this.#watched.get(key);
    if (before?.intent === intent) return before;
    const watched = new Watched(intent, this.#clock, this.#rules);
    this.#watched.set(key, watched);
    return watched;
  }

  forget(key: string): void {
    this.#watched.delete(key);
  }
}

const firstPauseMs = 1000;
/** Between two lookups for a version whose absence is proven and that may show all the same. */
const longestPauseMs = 5 * 60_000;
/** The same after a day. */
const patientPauseMs = 3_600_000;
const dayMs = 24 * 3_600_000;

export class Watched {
  readonly intent: string;
  readonly #clock: Clock;
  readonly #rules: AbsenceRules;
  readonly #sinceMs: number;
  #looks = 0;
  #patientLooks = 0;
  #absences = 0;
  #lastAbsenceMs = Number.NEGATIVE_INFINITY;

  constructor(intent: string, clock: Clock, rules: AbsenceRules) {
    this.intent = intent;
    this.#clock = clock;
    this.#rules = rules;
    this.#sinceMs = clock.monotonicMs();
  }

  get isSettled(): boolean {
    return this.settlesInMs <= 0;
  }

  get settlesInMs(): number {
    return this.#sinceMs + this.#rules.settleDelayMs - this.#clock.monotonicMs();
  }

  get isProven(): boolean {
    return this.#absences >= this.#rules.looks;
  }

  /** The earliest moment at which absence can be proven, in milliseconds from now. */
  get provenInMs(): number {
    const missing = this.#rules.looks - this.#absences;
    const spacedMs = (missing - 1) * this.#rules.spacingMs;
    return Math.max(this.settlesInMs, this.#nextCountingMs - this.#clock.monotonicMs(), 0) + spacedMs;
  }

  /** A complete look, begun at `startedMs` of the monotonic clock, found nothing. */
  absent(startedMs: number): void {
    const isLateEnough = startedMs >= this.#sinceMs + this.#rules.settleDelayMs;
    if (!isLateEnough || startedMs < this.#nextCountingMs) return;
    this.#absences += 1;
    this.#lastAbsenceMs = startedMs;
  }

  /** For how long this process has known the intent, in milliseconds. */
  get knownForMs(): number {
    return this.#clock.monotonicMs() - this.#sinceMs;
  }

  /** How long to wait before the next lookup: short at first, then up to when one counts, then longer and longer. */
  nextLookMs(): number {
    if (this.isProven) return this.#takeNextPatientPauseMs();
    const pauseMs = Math.min(firstPauseMs * 2 ** this.#looks, this.#rules.spacingMs);
    this.#looks += 1;
    const nowMs = this.#clock.monotonicMs();
    if (!this.isSettled) return Math.min(pauseMs, this.settlesInMs);
    return Math.max(this.#nextCountingMs - nowMs, 0) || pauseMs;
  }

  #takeNextPatientPauseMs(): number {
    this.#patientLooks += 1;
    if (this.knownForMs > dayMs) return patientPauseMs;
    return Math.min(longestPauseMs, this.#rules.spacingMs * 2 ** this.#patientLooks);
  }

  get #nextCountingMs(): number {
    return this.#lastAbsenceMs + this.#rules.spacingMs;
  }
}
