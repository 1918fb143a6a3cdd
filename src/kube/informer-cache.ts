/** The local copy that an informer keeps: objects by key, named indexes, and the rules of what replaces what. */

import type { KubeObject } from '../api/kube-object.ts';
import { toKey } from '../api/kube-object.ts';
import type { Change, Indexes, ObjectCache } from '../api/object-cache.ts';
import { KeyIndex } from './key-index.ts';
import { compareResourceVersions, isNewer } from './object-identity.ts';

export interface InformerCacheOptions<T> {
  readonly indexes: Indexes<T>;
  readonly onChange: (change: Change<T>) => void;
}

export class InformerCache<T extends KubeObject> implements ObjectCache<T> {
  readonly #onChange: (change: Change<T>) => void;
  readonly #indexes: ReadonlyMap<string, KeyIndex<T>>;
  #objects = new Map<string, T>();

  constructor({ indexes, onChange }: InformerCacheOptions<T>) {
    this.#onChange = onChange;
    this.#indexes = new Map(
      Object.entries(indexes).map(([name, valuesOf]) => [name, new KeyIndex(valuesOf)]),
    );
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IteratorObject<T> {
    return this.#objects.values();
  }

  withIndex(name: string, value: string): readonly T[] {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`the cache has no index "${name}"`);
    return Array.from(index.keysWith(value), (key) => this.#objects.get(key)).filter(
      (object) => object !== undefined,
    );
  }

  /** Only an object that is cached: after its DELETED event the response of an earlier write must not bring it back. */
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
    this.#onChange({ key, ...(old && { old }), new: object, ...flags });
  }

  #delete(key: string, old: T): void {
    this.#objects.delete(key);
    this.#reindex(key, old, undefined);
    this.#onChange({ key, old, initial: false, own: false });
  }

  #reindex(key: string, old: T | undefined, object: T | undefined): void {
    for (const index of this.#indexes.values()) index.update(key, old, object);
  }
}
