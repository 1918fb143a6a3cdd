/** How many workers each namespace holds, and how many it may, so that one whose calls hang does not hold them all. */
import { namespaceOf } from './fair-lane.ts';

export class WorkerShares {
  #most = Number.POSITIVE_INFINITY;
  readonly #held = new Map<string, number>();

  limit(most: number): void {
    this.#most = most;
  }

  readonly isFull = (namespace: string): boolean => (this.#held.get(namespace) ?? 0) >= this.#most;

  /** A worker has taken this key. */
  take(key: string): void {
    const namespace = namespaceOf(key);
    this.#held.set(namespace, (this.#held.get(namespace) ?? 0) + 1);
  }

  /** It has given it back. */
  giveBack(key: string): void {
    const namespace = namespaceOf(key);
    const held = (this.#held.get(namespace) ?? 0) - 1;
    if (held > 0) this.#held.set(namespace, held);
    else this.#held.delete(namespace);
  }
}
