/**
 * Keys in a line, each at most once: the oldest is next, but one take in eight gives the newest of those that are news,
 * so that what comes now need not wait until all that came before it is done. The others wait a seventh longer at most.
 */
import { Fifo } from './fifo.ts';

const newestShare = 8;
/** So many arrivals of keys that have left may stay noted, lest every departure cost a search. */
const leastNoted = 64;

export class Line {
  readonly #waiting = new Fifo<string>();
  /** Those of them that are news. */
  readonly #news = new Set<string>();
  /** The news in the order of arrival, among keys that have left; of one that stands here twice the later counts. */
  #arrivals: string[] = [];
  #takes = 0;

  get size(): number {
    return this.#waiting.size;
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** Adds at the end, as news or as work that goes on; a key that is there already stays what and where it is. */
  add(key: string, isNews: boolean): void {
    if (this.has(key)) return;
    this.#waiting.add(key);
    if (!isNews) return;
    this.#news.add(key);
    this.#arrivals.push(key);
    if (this.#arrivals.length > leastNoted + 2 * this.#news.size) this.#forgetDeparted();
  }

  delete(key: string): boolean {
    this.#news.delete(key);
    return this.#waiting.delete(key);
  }

  /** Removes and returns the key whose turn it is. */
  take(): string | undefined {
    const newest = ++this.#takes % newestShare === 0 ? this.#takeNewest() : undefined;
    if (newest !== undefined) return newest;
    const oldest = this.#waiting.take();
    if (oldest !== undefined) this.#news.delete(oldest);
    return oldest;
  }

  #takeNewest(): string | undefined {
    for (let key = this.#arrivals.pop(); key !== undefined; key = this.#arrivals.pop()) {
      if (this.#news.delete(key)) {
        this.#waiting.delete(key);
        return key;
      }
    }
    return undefined;
  }

  #forgetDeparted(): void {
    const newestFirst = new Set(this.#arrivals.toReversed());
    this.#arrivals = [...newestFirst].filter((key) => this.#news.has(key)).reverse();
  }
}
