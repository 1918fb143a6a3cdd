/** A line of keys `namespace/name` in which namespaces take turns, so that a large one does not hold up the others. */
import { Fifo } from './fifo.ts';
import { Line } from './line.ts';

export class FairLane {
  /** The namespaces that have a key here, next one first. */
  readonly #turns = new Fifo<string>();
  /** Never holds an empty line. */
  readonly #keysByNamespace = new Map<string, Line>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.#keysByNamespace.get(namespaceOf(key))?.has(key) ?? false;
  }

  /** Adds at the end of its namespace's line, see `Line`; a key that is there already keeps its place. */
  add(key: string, isNews: boolean): void {
    if (this.has(key)) return;
    const namespace = namespaceOf(key);
    this.#turns.add(namespace);
    const keys = this.#keysByNamespace.get(namespace) ?? new Line();
    this.#keysByNamespace.set(namespace, keys);
    keys.add(key, isNews);
    this.#size++;
  }

  delete(key: string): void {
    const namespace = namespaceOf(key);
    const keys = this.#keysByNamespace.get(namespace);
    if (!keys?.delete(key)) return;
    this.#size--;
    if (keys.size === 0) this.#leave(namespace);
  }

  /** Whether a namespace that is not passed over has a key here. */
  hasTurn(isPassedOver: (namespace: string) => boolean): boolean {
    for (const namespace of this.#keysByNamespace.keys()) if (!isPassedOver(namespace)) return true;
    return false;
  }

  /** Removes and returns the next key of the namespace whose turn it is; one that is passed over loses its turn. */
  take(isPassedOver: (namespace: string) => boolean): string | undefined {
    const namespace = this.#takeTurn(isPassedOver);
    if (namespace === undefined) return undefined;
    const keys = this.#keysByNamespace.get(namespace);
    const key = keys?.take();
    this.#size--;
    if (keys?.size) this.#turns.add(namespace);
    else this.#leave(namespace);
    return key;
  }

  #takeTurn(isPassedOver: (namespace: string) => boolean): string | undefined {
    for (let left = this.#turns.size; left > 0; left -= 1) {
      const namespace = this.#turns.take();
      if (namespace === undefined || !isPassedOver(namespace)) return namespace;
      this.#turns.add(namespace);
    }
    return undefined;
  }

  #leave(namespace: string): void {
    this.#keysByNamespace.delete(namespace);
    this.#turns.delete(namespace);
  }
}

/** @param key `namespace/name` */
export function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
