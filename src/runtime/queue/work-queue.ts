/** Keys that wait for a worker: each once, never with two workers at a time, new before old, with delays and back-off. */

import { backoffMs } from '../../core/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { DelayHeap } from './delay-heap.ts';
import { FairLane } from './fair-lane.ts';
import { WorkerShares } from './worker-shares.ts';

/** `live`: new objects, changes, work under way. `backlog`: the initial list and retries. */
export type Lane = 'live' | 'backlog';

/** While both lanes wait, one key in so many comes from the backlog, so that steady changes never starve it. */
const backlogShare = 8;

export class WorkQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lanes: Readonly<Record<Lane, FairLane>> = { live: new FairLane(), backlog: new FairLane() };
  /** The keys that workers hold, with the lane to put them in once done if they were added meanwhile. */
  readonly #processing = new Map<string, Lane | undefined>();
  readonly #shares = new WorkerShares();
  /** A key that is in a lane or will be after `done` is never in here too: the earliest time wins. */
  readonly #delayed = new DelayHeap<Lane>();
  readonly #failures = new Map<string, number>();
  /** Not empty only while both lanes are, but for keys of namespaces that hold as many workers as they may. */
  readonly #idleWorkers: ((key: string | undefined) => void)[] = [];
  #timer: { readonly dueMs: number; readonly abort: AbortController } | undefined;
  #contestedTakes = 0;
  #isShutDown = false;
  readonly #drained = Promise.withResolvers<void>();

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** From now on no namespace is given a key while workers hold so many of its keys; before, there is no such limit. */
  limitPerNamespace(most: number): void {
    this.#shares.limit(most);
  }

  /** How many keys wait for a worker now; those with a delay or a worker do not count. */
  get size(): number {
    return this.#lanes.live.size + this.#lanes.backlog.size;
  }

  /** Queues a key `namespace/name`; one that a worker holds is queued when that worker is done with it. */
  add(key: string, lane: Lane = 'live'): void {
    this.#add(key, lane, true);
  }

  #add(key: string, lane: Lane, isNews: boolean): void {
    if (this.#isShutDown) return;
    this.#delayed.delete(key);
    if (this.#processing.has(key)) this.#processing.set(key, this.#better(this.#processing.get(key), lane));
    else this.#enqueue(key, lane, isNews);
  }

  /**
   * Queues a key after `ms` milliseconds; where it would come up sooner anyhow, that is left as it is.
   * @throws RangeError when `ms` is not a number, which would hold up every other delay
   */
  addAfter(key: string, ms: number, lane: Lane = 'live'): void {
    if (Number.isNaN(ms)) throw new RangeError(`the delay of ${key} is not a number`);
    if (this.#isShutDown || this.#isQueued(key)) return;
    // In whole milliseconds: the rounding error of a difference of times would come up again and again without any time.
    this.#delayed.add({ key, dueMs: this.#clock.monotonicMs() + Math.ceil(ms), lane });
    this.#setTimer();
  }

  /**
   * Queues a key that failed, after a back-off that grows with each failure until `forget`, and at least `leastMs`.
   * Returns the milliseconds until then.
   */
  retry(key: string, leastMs = 0): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const delayMs = Math.max(backoffMs(failures, this.#random.fraction()), leastMs);
    this.addAfter(key, delayMs, 'backlog');
    return delayMs;
  }

  /** Takes back the failures of a key, so that its next back-off is the shortest. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Waits for a key, which the caller holds until it calls `done`. Undefined once the queue is shut down. */
  get(): Promise<string | undefined> {
    if (this.#isShutDown) return Promise.resolve(undefined);
    const key = this.#take();
    if (key === undefined) return new Promise((resolve) => this.#idleWorkers.push(resolve));
    return Promise.resolve(key);
  }

  /** Gives a key back. */
  done(key: string): void {
    const lane = this.#processing.get(key);
    if (!this.#processing.delete(key)) return;
    this.#shares.giveBack(key);
    if (this.#isShutDown) this.#checkDrained();
    // It was in hand when it was added, as when an event comes before the response of the write that made it: no news.
    else if (lane) this.#enqueue(key, lane, false);
    // Others of its namespace may have waited for its end.
    else this.#handOut();
  }

  /** Hands out no further key and takes none. Resolves when every key that a worker holds is done. */
  shutDown(): Promise<void> {
    this.#isShutDown = true;
    this.#timer?.abort.abort();
    this.#delayed.clear();
    for (const resolve of this.#idleWorkers.splice(0)) resolve(undefined);
    this.#checkDrained();
    return this.#drained.promise;
  }

  #checkDrained(): void {
    if (this.#processing.size === 0) this.#drained.resolve();
  }

  #isQueued(key: string): boolean {
    const { live, backlog } = this.#lanes;
    return this.#processing.get(key) !== undefined || live.has(key) || backlog.has(key);
  }

  #better(a: Lane | undefined, b: Lane): Lane {
    return a === 'live' ? a : b;
  }

  #enqueue(key: string, lane: Lane, isNews: boolean): void {
    const { live, backlog } = this.#lanes;
    if (lane === 'live') {
      backlog.delete(key);
      live.add(key, isNews);
    } else if (!live.has(key)) backlog.add(key, isNews);
    this.#handOut();
  }

  /** Gives keys to the workers that wait for one. */
  #handOut(): void {
    while (this.#idleWorkers.length > 0) {
      const key = this.#take();
      if (key === undefined) return;
      this.#idleWorkers.shift()?.(key);
    }
  }

  /** The key whose turn it is, now with a worker. */
  #take(): string | undefined {
    const key = this.#nextLane()?.take(this.#shares.isFull);
    if (key === undefined) return undefined;
    this.#processing.set(key, undefined);
    this.#shares.take(key);
    return key;
  }

  #nextLane(): FairLane | undefined {
    const { live, backlog } = this.#lanes;
    const hasBacklog = backlog.hasTurn(this.#shares.isFull);
    if (!live.hasTurn(this.#shares.isFull)) return hasBacklog ? backlog : undefined;
    return hasBacklog && ++this.#contestedTakes % backlogShare === 0 ? backlog : live;
  }

  /** Sees to it that one timer runs, until the earliest due time or sooner. */
  #setTimer(): void {
    const dueMs = this.#delayed.first?.dueMs;
    if (dueMs === undefined || (this.#timer && this.#timer.dueMs <= dueMs)) return;
    this.#timer?.abort.abort('an earlier key is due');
    const timer = { dueMs, abort: new AbortController() };
    this.#timer = timer;
    const { signal } = timer.abort;
    // As in addAfter: a rest that is less than the clock can show would never pass.
    const restMs = Math.ceil(dueMs - this.#clock.monotonicMs());
    void this.#clock.sleep(restMs, signal).then(() => {
      if (signal.aborted) return;
      this.#timer = undefined;
      this.#addDue();
      this.#setTimer();
    });
  }

  #addDue(): void {
    const nowMs = this.#clock.monotonicMs();
    for (let next = this.#delayed.first; next && next.dueMs <= nowMs; next = this.#delayed.first)
      this.#add(next.key, next.lane, false);
  }
}
