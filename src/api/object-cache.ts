/** The port to the objects of one kind, as a watch keeps them. */
import type { KubeObject } from './kube-object.ts';

/** The local copy that a watch keeps; reading it costs no request. Objects in it must not be changed. */
export interface ObjectCache<T extends KubeObject> {
  /** `key` is `namespace/name`. */
  get(key: string): T | undefined;
  /** The objects that have `value` in the index of this name. @throws Error where there is no such index */
  withIndex(name: string, value: string): readonly T[];
  values(): IteratorObject<T>;
  /** Takes in the response of an own write, unless the cache already holds something newer. */
  observe(object: T): void;
}

/**
 * What an object is found by: a value, several or none for each index by its name. It must not depend on anything but the
 * object. Fixed when the cache is made.
 */
export type Indexes<T> = Readonly<Record<string, (object: T) => IndexValues>>;
export type IndexValues = string | readonly string[] | undefined;

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
   * Told by `observe`: the response of an own write. It may hold somebody else's change too, whose event is then dropped
   * as old, so compare the two objects rather than ignore the change.
   */
  readonly own: boolean;
}
