/** The cache half of the memory store: what a watch would have delivered so far, and a tap to hold it back. */

import type { KubeObject } from '../../src/api/kube-object.ts';
import type { Change, Indexes, ObjectCache } from '../../src/api/object-cache.ts';

export interface MemoryDelivery<T> {
  readonly key: string;
  readonly kind: 'stored' | 'deleted';
  readonly object: T;
}

export class MemoryObjectCache<T extends KubeObject> implements ObjectCache<T> {
  readonly #indexes: Indexes<T>;
  readonly #objects = new Map<string, T>();
  readonly #listeners: ((change: Change<T>) => void)[] = [];
  /** Deliveries held back; undefined while nothing is held back. */
  #held: MemoryDelivery<T>[] | undefined;

  constructor(indexes: Indexes<T>) {
    this.#indexes = indexes;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  withIndex(name: string, value: string): readonly T[] {
    const valuesOf = this.#indexes[name];
    if (!valuesOf) throw new Error(`the cache has no index "${name}"`);
    return [...this.#objects.values()].filter((object) => [valuesOf(object)].flat().includes(value));
  }

  values(): IteratorObject<T> {
    return this.#objects.values();
  }

  observe(object: T): void {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const cached = this.#objects.get(key);
    if (cached?.metadata.uid !== object.metadata.uid || !isNewer(object, cached)) return;
    this.#set(key, cached, object, true);
  }

  onChange(listener: (change: Change<T>) => void): void {
    this.#listeners.push(listener);
  }

  deliver(delivery: MemoryDelivery<T>): void {
    if (this.#held) this.#held.push(delivery);
    else this.#apply(delivery);
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const delivery of held) this.#apply(delivery);
  }

  #apply({ key, kind, object }: MemoryDelivery<T>): void {
    const cached = this.#objects.get(key);
    if (kind === 'stored') {
      if (!cached || isNewer(object, cached)) this.#set(key, cached, object, false);
    } else if (cached) {
      this.#objects.delete(key);
      this.#tell({ key, old: cached, initial: false, own: false });
    }
  }

  #set(key: string, old: T | undefined, object: T, own: boolean): void {
    this.#objects.set(key, object);
    this.#tell({ key, ...(old && { old }), new: object, initial: false, own });
  }

  #tell(change: Change<T>): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function isNewer(object: KubeObject, than: KubeObject): boolean {
  return Number(object.metadata.resourceVersion) > Number(than.metadata.resourceVersion);
}
