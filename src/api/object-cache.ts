/** The port to the objects of one kind, as a watch keeps them. */
import type { KubeObject } from './kube-object.ts';

/** The local copy that a watch keeps; reading it costs no request. Objects in it must not be changed. */
export interface ObjectCache<T extends KubeObject> {
  /** `key` is `namespace/name`. */
  get(key: string): T | undefined;
  /** The objects whose index value (one per object, fixed when the cache is made) equals `value`. */
  withIndex(value: string): readonly T[];
  values(): Iterable<T>;
  /** Takes in the answer of an own write, unless the cache already holds something newer. */
  observe(object: T): void;
}
