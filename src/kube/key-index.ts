/** One index of a cache: the keys of the objects that have a value. */
import type { IndexValues } from '../api/object-cache.ts';

export class KeyIndex<T> {
  readonly #valuesOf: (object: T) => IndexValues;
  /** Most values have one object, and a set for one key would take more memory than the key. */
  readonly #keys = new Map<string, string | Set<string>>();

  constructor(valuesOf: (object: T) => IndexValues) {
    this.#valuesOf = valuesOf;
  }

  keysWith(value: string): Iterable<string> {
    const keys = this.#keys.get(value) ?? [];
    return typeof keys === 'string' ? [keys] : keys;
  }

  /** The object with this key was `old` and is `object`; either may be absent. */
  update(key: string, old: T | undefined, object: T | undefined): void {
    const before = old && this.#valuesOf(old);
    const after = object && this.#valuesOf(object);
    if (before === after) return;
    const [gone, here] = [toList(before), toList(after)];
    for (const value of gone) if (!here.includes(value)) this.#remove(value, key);
    for (const value of here) if (!gone.includes(value)) this.#add(value, key);
  }

  #add(value: string, key: string): void {
    const keys = this.#keys.get(value);
    if (keys === undefined) this.#keys.set(value, key);
    else if (typeof keys !== 'string') keys.add(key);
    else if (keys !== key) this.#keys.set(value, new Set([keys, key]));
  }

  #remove(value: string, key: string): void {
    const keys = this.#keys.get(value);
    if (keys === key) this.#keys.delete(value);
    if (!(keys instanceof Set)) return;
    keys.delete(key);
    if (keys.size === 0) this.#keys.delete(value);
  }
}

function toList(values: IndexValues): readonly string[] {
  if (values === undefined) return [];
  return typeof values === 'string' ? [values] : values;
}
