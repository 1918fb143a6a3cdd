/** A kind as one value: what it is, and how its controller is made. */
import type { KubeObject } from '../api/kube-object.ts';
import type { ObjectCache } from '../api/object-cache.ts';
import type { ObjectClient } from '../api/object-client.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Random } from '../core/random.ts';
import type { SchemaNode } from '../core/schema/schema-node.ts';
import type { Leadership } from './election/leadership.ts';
import type { KindController } from './kind-controller.ts';
import type { KindDescriptor } from './kind-descriptor.ts';
import type { ReconciledObject } from './reconcile-object.ts';
import type { References } from './references.ts';

/** What the controller of every kind is made of. */
export interface ControllerParts<O extends ReconciledObject, C extends KubeObject> {
  readonly cache: ObjectCache<C>;
  readonly client: ObjectClient<O>;
  readonly leadership: Leadership;
  /** Reads objects of other kinds. */
  readonly references: References;
  /** Of the version that the operator speaks, from the CRD. */
  readonly schema: SchemaNode;
  /** Those of the needed fields that the installed CRD would drop. */
  readonly missingFields: () => readonly string[];
  /** How many objects are worked on at a time. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * @typeParam O the object as the API server sends it
 * @typeParam C what the cache keeps of it
 * @typeParam P what the controller needs besides, of the cloud and the settings
 */
export interface Kind<O extends ReconciledObject, C extends KubeObject, P> extends KindDescriptor<O, C> {
  createController(parts: ControllerParts<O, C> & P): KindController;
}
