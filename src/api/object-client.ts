/** The port to the API server, for one kind. */
import type { KubeObject, ObjectKey } from './kube-object.ts';

/** What became of a write: a value where it may well happen; everything else is thrown as KubeError. */
export type WriteResult<T> =
  | { readonly kind: 'written'; readonly object: T }
  /** Somebody wrote in between (409). */
  | { readonly kind: 'conflict' }
  /** No such object any more (404). */
  | { readonly kind: 'gone' }
  /** The API server refuses the content, or a `test` of a JSON patch failed (422). */
  | { readonly kind: 'invalid'; readonly message: string }
  /** The object would be larger than etcd or the API server takes. */
  | { readonly kind: 'tooLarge'; readonly message: string };

export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/** Live reads and writes of one kind. `T` is the object as the API server sends it. */
export interface ObjectClient<T extends KubeObject> {
  /** A live read; undefined when there is no such object. */
  read(key: ObjectKey): Promise<T | undefined>;
  /** Replaces the whole status, only if the object still has `object`'s uid and resourceVersion. */
  replaceStatus(object: T, status: object): Promise<WriteResult<T>>;
  /** JSON patch of the status subresource. */
  patchStatus(key: ObjectKey, operations: readonly JsonPatchOperation[]): Promise<WriteResult<T>>;
  /** Sets the finalizers, only if the object still has `object`'s uid and resourceVersion. */
  setFinalizers(object: T, finalizers: readonly string[]): Promise<WriteResult<T>>;
}
