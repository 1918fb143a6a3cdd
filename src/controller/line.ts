/**
 * Keys in a line, each at most once: the oldest is next, but one take in so many gives the newest, so that what comes now
 * need not wait until all that came before it is done. The others wait an eighth longer for that, at most.
 */
import { Fifo } from './fifo.ts';

const newestShare = 8;
/** So many keys that have left may stay noted, lest every departure cost a search. */
const leastNoted = 64;

export class Line {
  readonly #waiting = new Fifo<string>();
  /** In the order of arrival, with every key that waits; one that came again stands in it again. */
  #arrivals: string[] = [];
  #takes = 0;

  get size(): number {
    return this.#waiting.size;
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** Adds as the newest; a key that is there already keeps its place. */
  add(key: string): void {
    if (this.has(key)) return;
    this.#waiting.add(key);
    this.#arrivals.push(key);
    if (this.#arrivals.length > leastNoted + 2 * this.size) this.#forgetDeparted();
  }

  delete(key: string): boolean {
    return this.#waiting.delete(key);
  }

  /** Removes and returns the key whose turn it is. */
  take(): string | undefined {
    return ++this.#takes % newestShare === 0 ? this.#takeNewest() : this.#waiting.take();
  }

  #takeNewest(): string | undefined {
    for (let key = this.#arrivals.pop(); key !== undefined; key = this.#arrivals.pop())
      if (this.#waiting.delete(key)) return key;
    return undefined;
  }

  /** Of a key that came again, only the last arrival counts. */
  #forgetDeparted(): void {
    const newestFirst = new Set(this.#arrivals.toReversed());
    this.#arrivals = [...newestFirst].filter((key) => this.has(key)).reverse();
  }
}
