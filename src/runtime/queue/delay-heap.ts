/** Keys that wait for a time: a binary heap, earliest first, that also finds any key at once. */

export interface Delayed<L> {
  readonly key: string;
  /** On the monotonic clock. */
  readonly dueMs: number;
  readonly lane: L;
}

interface Node<L> extends Delayed<L> {
  /** Keeps those of the same time in the order they came. */
  readonly sequence: number;
  /** Where it is in the heap now. */
  index: number;
}

function isBefore(a: Node<unknown>, b: Node<unknown>): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}

export class DelayHeap<L> {
  readonly #heap: Node<L>[] = [];
  readonly #byKey = new Map<string, Node<L>>();
  #nextSequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The entry that comes due first. */
  get first(): Delayed<L> | undefined {
    return this.#heap[0];
  }

  /** Adds the entry, unless its key waits here for an earlier time or the same already. */
  add(entry: Delayed<L>): void {
    const present = this.#byKey.get(entry.key);
    if (present && present.dueMs <= entry.dueMs) return;
    this.delete(entry.key);
    const node = { ...entry, sequence: this.#nextSequence++, index: this.#heap.length };
    this.#byKey.set(entry.key, node);
    this.#heap.push(node);
    this.#rise(node);
  }

  delete(key: string): void {
    const node = this.#byKey.get(key);
    if (!node) return;
    this.#byKey.delete(key);
    const last = this.#heap.pop();
    if (!last || last === node) return;
    this.#place(last, node.index);
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#byKey.clear();
  }

  #place(node: Node<L>, index: number): void {
    this.#heap[index] = node;
    node.index = index;
  }

  #rise(node: Node<L>): void {
    while (node.index > 0) {
      const parent = this.#heap[(node.index - 1) >> 1];
      if (!parent || isBefore(parent, node)) return;
      this.#swap(node, parent);
    }
  }

  #sink(node: Node<L>): void {
    for (;;) {
      const left = this.#heap[2 * node.index + 1];
      const right = this.#heap[2 * node.index + 2];
      const earlier = right && left && isBefore(right, left) ? right : left;
      if (!earlier || isBefore(node, earlier)) return;
      this.#swap(node, earlier);
    }
  }

  #swap(a: Node<L>, b: Node<L>): void {
    const { index } = a;
    this.#place(a, b.index);
    this.#place(b, index);
  }
}
