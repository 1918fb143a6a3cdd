/** First in, first out, each item at most once, and any item can leave early; every operation takes constant time. */
export class Fifo<T> {
  /** A Set iterates in the order of insertion. */
  readonly #items = new Set<T>();
  /**
   * Kept between takes: an iterator sees what is added later, and a new one would step over every hole that earlier
   * takes left at the front. Undefined when the last one ran out, as one that did stays at its end.
   */
  #cursor: SetIterator<T> | undefined;

  get size(): number {
    return this.#items.size;
  }

  has(item: T): boolean {
    return this.#items.has(item);
  }

  /** Adds at the end; an item that is there already keeps its place. */
  add(item: T): void {
    this.#items.add(item);
  }

  delete(item: T): boolean {
    return this.#items.delete(item);
  }

  /** Removes and returns the oldest item. */
  take(): T | undefined {
    this.#cursor ??= this.#items.values();
    const { done, value } = this.#cursor.next();
    if (done) {
      this.#cursor = undefined;
      return undefined;
    }
    this.#items.delete(value);
    return value;
  }
}
