/** The local copy that an informer keeps: objects by key, one index, and the rules of what replaces what. */

import type { KubeObject } from '../api/kube-object.ts';
import type { ObjectCache } from '../api/object-cache.ts';
import { compareResourceVersions, isNewer, toKey } from './object-identity.ts';

/** One change of the cache, told after the cache has it. */
export interface Change<T> {
  /** `namespace/name` */
  readonly key: string;
  /** Absent for a new object. With another uid than `new`: deleted and created again in between. */
  readonly old?: T;
  /** Absent for a deleted object. */
  readonly new?: T;
  /** Part of what was there when the informer started. */
  readonly initial: boolean;
  /**
   * Told by `observe`: the answer of an own write. It may hold somebody else's change too, whose event is then dropped
   * as old, so compare the two objects rather than ignore the change.
   */
  readonly own: boolean;
}

export interface InformerCacheOptions<T> {
  /** One index value per object, or none; it must not depend on anything but the object. */
  readonly index: (object: T) => string | undefined;
  readonly onChange: (change: Change<T>) => void;
}

export class InformerCache<T extends KubeObject> implements ObjectCache<T> {
  readonly #options: InformerCacheOptions<T>;
  #objects = new Map<string, T>();
  /** Most values have one object, and a set for one key would take more memory than the key. */
  readonly #keysByIndex = new Map<string, string | Set<string>>();

  constructor(options: InformerCacheOptions<T>) {
    this.#options = options;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  withIndex(value: string): readonly T[] {
    return Array.from(this.#keysWith(value), (key) => this.#objects.get(key)).filter(
      (object) => object !== undefined,
    );
  }

  /** Only an object that is cached: after its DELETED event the answer of an earlier write must not bring it back. */
  observe(object: T): void {
    const key = toKey(object);
    const old = this.#objects.get(key);
    if (old?.metadata.uid !== object.metadata.uid || !isNewer(object, old)) return;
    this.#set(key, old, object, { initial: false, own: true });
  }

  /** Takes in an added or modified object of the watch, unless it is old news. */
  store(object: T, initial: boolean): void {
    const key = toKey(object);
    const old = this.#objects.get(key);
    if (!old || isNewer(object, old)) this.#set(key, old, object, { initial, own: false });
  }

  /** Takes in a deletion, unless the key has been created anew since. */
  remove({ metadata }: KubeObject): void {
    const key = toKey({ metadata });
    const old = this.#objects.get(key);
    if (!old) return;
    const isSame = old.metadata.uid === metadata.uid;
    if (isSame || compareResourceVersions(metadata.resourceVersion, old.metadata.resourceVersion) > 0) {
      this.#delete(key, old);
    }
  }

  /** Brings the cache in line with a complete listing, which it keeps; what is not in it was deleted. */
  replaceAll(listing: Map<string, T>, initial: boolean): void {
    const before = this.#objects;
    this.#objects = listing;
    for (const [key, old] of before) {
      if (!listing.has(key)) this.#delete(key, old);
    }
    for (const [key, object] of listing) {
      const old = before.get(key);
      if (old && !isNewer(object, old)) listing.set(key, old);
      else this.#set(key, old, object, { initial, own: false });
    }
  }

  #set(key: string, old: T | undefined, object: T, flags: { initial: boolean; own: boolean }): void {
    this.#objects.set(key, object);
    this.#reindex(key, old, object);
    this.#options.onChange({ key, ...(old && { old }), new: object, ...flags });
  }

  #delete(key: string, old: T): void {
    this.#objects.delete(key);
    this.#reindex(key, old, undefined);
    this.#options.onChange({ key, old, initial: false, own: false });
  }

  #reindex(key: string, old: T | undefined, object: T | undefined): void {
    const { index } = this.#options;
    const before = old && index(old);
    const after = object && index(object);
    if (before === after) return;
    if (before !== undefined) this.#removeFromIndex(before, key);
    if (after !== undefined) this.#addToIndex(after, key);
  }

  #keysWith(value: string): Iterable<string> {
    const keys = this.#keysByIndex.get(value) ?? [];
    return typeof keys === 'string' ? [keys] : keys;
  }

  #addToIndex(value: string, key: string): void {
    const keys = this.#keysByIndex.get(value);
    if (keys === undefined) this.#keysByIndex.set(value, key);
    else if (typeof keys === 'string') this.#keysByIndex.set(value, new Set([keys, key]));
    else keys.add(key);
  }

  #removeFromIndex(value: string, key: string): void {
    const keys = this.#keysByIndex.get(value);
    if (keys === key) this.#keysByIndex.delete(value);
    if (!(keys instanceof Set)) return;
    keys.delete(key);
    if (keys.size === 0) this.#keysByIndex.delete(value);
  }
}
