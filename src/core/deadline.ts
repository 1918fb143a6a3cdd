/** The time limit of one piece of work, together with the signal of its caller. */
import type { Clock } from './clock.ts';

/** What ended the work: its time limit, or its caller. */
export type DeadlineEnd = 'late' | 'aborted';

export interface DeadlineOptions<E extends Error> {
  readonly clock: Clock;
  readonly limitMs: number;
  /** What the work then ends with. */
  readonly toError: (end: DeadlineEnd) => E;
  /** Gives the work up before its time. */
  readonly signal?: AbortSignal | undefined;
}

/** A reason of its own spares the DOMException, with its stack, that an abort without one makes. */
const cleared = 'the work has ended';

export class Deadline<E extends Error> {
  readonly #toError: DeadlineOptions<E>['toError'];
  readonly #callerSignal: AbortSignal | undefined;
  readonly #ended = Promise.withResolvers<never>();
  readonly #controller = new AbortController();
  readonly #timer = new AbortController();
  #error: E | undefined;

  constructor({ clock, limitMs, toError, signal }: DeadlineOptions<E>) {
    this.#toError = toError;
    this.#callerSignal = signal;
    // Nobody may be racing it.
    this.#ended.promise.catch(() => {});
    void clock.sleep(limitMs, this.#timer.signal).then(() => this.#end('late'));
    if (signal?.aborted) this.#end('aborted');
    else signal?.addEventListener('abort', this.#onAbort);
  }

  /** Aborts, with `error` as its reason, when the time is over or the caller gives up; never after `clear`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the signal aborted; undefined as long as it has not. */
  get error(): E | undefined {
    return this.#error;
  }

  /** What becomes of `work`, or this deadline's error if that comes first. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended.promise]);
  }

  /** Must be called when the work has ended. */
  clear(): void {
    this.#timer.abort(cleared);
    this.#callerSignal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#end('aborted');

  #end(end: DeadlineEnd): void {
    if (this.#timer.signal.aborted) return;
    this.clear();
    this.#error = this.#toError(end);
    this.#ended.reject(this.#error);
    this.#controller.abort(this.#error);
  }
}
