/**
 * The ports ObjectClient and ObjectCache in memory, as the API server and a watch would behave: resource versions that
 * only grow, conflicts, uid preconditions, generation, finalizers, and a cache that can be made to lag.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectKey } from '../../src/api/kube-object.ts';
import type { Change, Indexes, ObjectCache } from '../../src/api/object-cache.ts';
import type { JsonPatchOperation, ObjectClient, WriteResult } from '../../src/api/object-client.ts';
import { applyJsonPatch, JsonPatchError } from './json-patch.ts';
import { MemoryObjectCache } from './memory-object-cache.ts';

export interface MemoryObjectStoreOptions<T> {
  /** The first object gets the resource version after this one; 1000 where absent. */
  readonly resourceVersion?: number;
  /** For creation and deletion timestamps, RFC 3339; a fixed moment where absent. */
  readonly now?: () => string;
  /** Of the cache; none where absent. */
  readonly indexes?: Indexes<T>;
  /** What the server answers to a status write whose outcome it would refuse: a message gives `invalid`. */
  readonly validate?: (object: T) => string | undefined;
}

/** What a manifest holds: the server adds uid, versions and times. */
export type NewObject<T extends KubeObject> = Omit<T, 'metadata'> & {
  readonly metadata: Partial<T['metadata']> & { readonly name: string };
};

export interface MemoryObjectStore<T extends KubeObject> {
  readonly client: ObjectClient<T>;
  readonly cache: ObjectCache<T>;
  /** As `kubectl create`, but a status in it is kept. @throws Error when the key is taken */
  create(object: NewObject<T>): T;
  /** Another writer's change of any part, without preconditions; a changed spec gets the next generation. */
  update(object: T): T;
  /** As `kubectl delete`: with finalizers the object stays, with a deletion timestamp. */
  remove(key: string): void;
  /** The stored objects by `namespace/name`, whatever the cache knows. */
  stored(key: string): T | undefined;
  /** From here on the cache lags: it learns of nothing but what `observe` tells it. */
  pauseDelivery(): void;
  /** Delivers what was held back, in order, and goes on without lag. */
  resumeDelivery(): void;
  /** Called for each change of the cache, after the cache has it. */
  onChange(listener: (change: Change<T>) => void): void;
}

interface MutableMetadata {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: readonly string[];
}
type Draft = { metadata: MutableMetadata; spec?: unknown; status?: unknown };

export function createMemoryObjectStore<T extends KubeObject>(
  options: MemoryObjectStoreOptions<T> = {},
): MemoryObjectStore<T> {
  return new Store(options);
}

class Store<T extends KubeObject> implements MemoryObjectStore<T> {
  readonly cache: MemoryObjectCache<T>;
  readonly client: ObjectClient<T> = {
    read: async (key) => this.stored(toKey(key)),
    replaceStatus: async (object, status) =>
      this.#write(toKey(object.metadata), object, (draft) => ({ ...draft, status })),
    patchStatus: async (key, operations) => this.#patchStatus(key, operations),
    setFinalizers: async (object, finalizers) =>
      this.#write(toKey(object.metadata), object, (draft) => withFinalizers(draft, finalizers)),
  };
  readonly #options: MemoryObjectStoreOptions<T>;
  readonly #objects = new Map<string, T>();
  #version: number;

  constructor(options: MemoryObjectStoreOptions<T>) {
    this.#options = options;
    this.#version = options.resourceVersion ?? 1000;
    this.cache = new MemoryObjectCache(options.indexes ?? {});
  }

  create(object: NewObject<T>): T {
    const key = toKey(object.metadata as ObjectKey);
    if (this.#objects.has(key)) throw new Error(`${key} exists already`);
    const metadata = { uid: randomUUID(), generation: 1, creationTimestamp: this.#now(), ...object.metadata };
    return this.#store(key, {
      ...structuredClone(object),
      metadata: structuredClone(metadata),
    } as unknown as Draft);
  }

  update(object: T): T {
    const key = toKey(object.metadata);
    const stored = this.#require(key);
    const draft = toDraft(object);
    const isSameSpec = isDeepStrictEqual(draft.spec, (stored as unknown as Draft).spec);
    draft.metadata.generation =
      ((stored as unknown as Draft).metadata.generation ?? 0) + (isSameSpec ? 0 : 1);
    return this.#storeOrDrop(key, draft);
  }

  remove(key: string): void {
    const draft = toDraft(this.#require(key));
    if (!draft.metadata.deletionTimestamp) {
      draft.metadata.deletionTimestamp = this.#now();
      draft.metadata.generation = (draft.metadata.generation ?? 0) + 1;
    }
    this.#storeOrDrop(key, draft);
  }

  stored(key: string): T | undefined {
    return this.#objects.get(key);
  }

  pauseDelivery(): void {
    this.cache.pause();
  }

  resumeDelivery(): void {
    this.cache.resume();
  }

  onChange(listener: (change: Change<T>) => void): void {
    this.cache.onChange(listener);
  }

  /** The API server takes a resource version in a status patch as a precondition, and anything outside status as noise. */
  #patchStatus(key: ObjectKey, operations: readonly JsonPatchOperation[]): WriteResult<T> {
    return this.#write(toKey(key), undefined, (draft) => {
      const { status, metadata } = applyJsonPatch(draft, operations);
      return { ...draft, metadata: { ...draft.metadata, resourceVersion: metadata.resourceVersion }, status };
    });
  }

  /** One conditional write; `expected` is the object whose uid and resource version must still hold. */
  #write(key: string, expected: T | undefined, change: (draft: Draft) => Draft): WriteResult<T> {
    const stored = this.#objects.get(key);
    if (!stored) return { kind: 'gone' };
    if (expected && !isSameRevision(expected, stored)) return { kind: 'conflict' };
    try {
      const draft = sent(change(stored as unknown as Draft));
      if (!isSameRevision(draft, stored)) return { kind: 'conflict' };
      const message = this.#options.validate?.(draft as unknown as T);
      if (message !== undefined) return { kind: 'invalid', message };
      return { kind: 'written', object: this.#storeOrDrop(key, draft) };
    } catch (error) {
      if (error instanceof JsonPatchError) return { kind: 'invalid', message: error.message };
      throw error;
    }
  }

  /** A write that changes nothing keeps the resource version; the last finalizer of a deleted object ends it. */
  #storeOrDrop(key: string, draft: Draft): T {
    const stored = this.#require(key);
    if (draft.metadata.deletionTimestamp && !draft.metadata.finalizers?.length) {
      this.#objects.delete(key);
      this.cache.deliver({ key, kind: 'deleted', object: this.#stamp(toJson(draft)) });
      return deepFreeze(draft) as unknown as T;
    }
    return isDeepStrictEqual(draft, stored) ? stored : this.#store(key, draft);
  }

  #store(key: string, draft: Draft): T {
    const object = this.#stamp(draft);
    this.#objects.set(key, object);
    this.cache.deliver({ key, kind: 'stored', object });
    return object;
  }

  #stamp(draft: Draft): T {
    this.#version += 1;
    draft.metadata.resourceVersion = String(this.#version);
    return deepFreeze(draft) as unknown as T;
  }

  #require(key: string): T {
    const object = this.#objects.get(key);
    if (!object) throw new Error(`there is no ${key} in the store`);
    return object;
  }

  #now(): string {
    return this.#options.now?.() ?? '2026-11-02T08:00:00Z';
  }
}

function toKey(key: { readonly namespace?: string; readonly name: string }): string {
  return `${key.namespace ?? ''}/${key.name}`;
}

function toDraft(object: KubeObject): Draft {
  return toJson(object) as unknown as Draft;
}

/** As `toJson`, of a draft in which only metadata and status can be new; what is frozen was sent before. */
function sent({ metadata, status, ...unchanged }: Draft): Draft {
  const copy = { ...unchanged, metadata: toJson(metadata) };
  if (status === undefined) return copy;
  return { ...copy, status: Object.isFrozen(status) ? status : toJson(status) };
}

/** What arrives at the far end of a wire: a copy without undefined members. */
function toJson<V>(value: V): V {
  return JSON.parse(JSON.stringify(value)) as V;
}

function withFinalizers(draft: Draft, finalizers: readonly string[]): Draft {
  const { finalizers: _, ...metadata } = draft.metadata;
  return {
    ...draft,
    metadata: finalizers.length > 0 ? { ...metadata, finalizers: [...finalizers] } : metadata,
  };
}

function isSameRevision(a: KubeObject | Draft, b: KubeObject): boolean {
  return a.metadata.uid === b.metadata.uid && a.metadata.resourceVersion === b.metadata.resourceVersion;
}

function deepFreeze<V>(value: V): V {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
