/** What a kind is to the frame and the wiring. */
import type { KubeObject } from '../api/kube-object.ts';
import type { Change, Indexes, ObjectCache } from '../api/object-cache.ts';
import type { Resource } from '../api/resource.ts';
import type { ReconciledObject } from './reconcile-object.ts';

/**
 * @typeParam O the object as the API server sends it
 * @typeParam C what the cache keeps of it
 */
export interface KindDescriptor<O extends ReconciledObject, C extends KubeObject> extends Resource {
  /** Of its CustomResourceDefinition, in `crds/`. */
  readonly crdFile: string;
  readonly finalizer: string;
  /** The closed list of its conditions' reasons. */
  readonly reasons: readonly string[];
  /** What its guarantees rest on: paths of fields that the served schema must have, as in `status.attempt.id`. */
  readonly neededFields: readonly string[];
  /** @throws where the operator cannot use the object */
  readonly toCached: (object: O) => C;
  readonly indexes: Indexes<C>;
  readonly wakes: readonly Wake<C>[];
}

/** Which objects of a kind the changes of objects of a kind wake. */
export interface Wake<C extends KubeObject> {
  /** Of the object that changed: the own one or another. */
  readonly kind: string;
  /** The keys of the own objects to wake. `change` is of that kind, as its cache keeps it; `cache` holds the own ones. */
  keysOf(change: Change<KubeObject>, cache: ObjectCache<C>): Iterable<string>;
}
