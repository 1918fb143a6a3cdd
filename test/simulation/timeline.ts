/** Virtual time: events in order, and between two of them all the promises that they set going. */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  isCancelled: boolean;
}

/** Turns of the event loop that the code under test has asked for: a worker that ends a pass takes its next key in one. */
let turnsAhead = 0;
const nextTurn = globalThis.setImmediate;
globalThis.setImmediate = Object.assign((run: (...args: unknown[]) => void, ...args: unknown[]) => {
  turnsAhead += 1;
  return nextTurn(() => {
    turnsAhead -= 1;
    run(...args);
  });
}, nextTurn);

export class Timeline {
  #nowMs = 0;
  #order = 0;
  /** A binary heap, the earliest first. */
  readonly #heap: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `run` after `delayMs`. Returns what cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const event: Event = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order,
      run,
      isCancelled: false,
    };
    this.#order += 1;
    this.#push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  /** Lets `forMs` milliseconds of virtual time pass, with all that happens in them. */
  async run(forMs: number): Promise<void> {
    const endMs = this.#nowMs + forMs;
    await settle();
    for (let next = this.#pop(endMs); next; next = this.#pop(endMs)) {
      this.#nowMs = next.atMs;
      next.run();
      await settle();
    }
    this.#nowMs = endMs;
  }

  #pop(endMs: number): Event | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first || first.atMs > endMs) return undefined;
      this.#removeFirst();
      if (!first.isCancelled) return first;
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent])) break;
      heap[index] = heap[parent] as Event;
      index = parent;
    }
    heap[index] = event;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], last)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Event | undefined, b: Event | undefined): boolean {
  if (!a) return false;
  if (!b) return true;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Everything that the promises of the last event set going has happened. */
async function settle(): Promise<void> {
  do {
    if (turnsAhead > 0) await new Promise<void>((resolve) => nextTurn(resolve));
    // A tick begins when no promise has anything left to do, and is much cheaper than a turn.
    await new Promise<void>((resolve) => process.nextTick(resolve));
  } while (turnsAhead > 0);
}
