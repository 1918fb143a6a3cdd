/** What the passes over one kind's objects share for writing: statuses, and the ends of attempts. */
import { findCondition } from '../../api/conditions.ts';
import type { KubeObject, ObjectKey } from '../../api/kube-object.ts';
import type { ObjectCache } from '../../api/object-cache.ts';
import type { ObjectClient } from '../../api/object-client.ts';
import type { ObjectMeta } from '../../api/object-meta.ts';
import { shortened } from '../../api/shortened.ts';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import { ObjectWrites } from '../object-writes.ts';
import type { AttemptStatus } from './attempt.ts';
import { type RecordedObject, Recorder } from './recorder.ts';

export interface ProtocolPartsOptions<O, C extends KubeObject, S> {
  readonly kind: string;
  readonly client: ObjectClient<O & KubeObject>;
  readonly cache: ObjectCache<C>;
  readonly toCached: (object: O) => C;
  /** The id of what was created, in a status that has it. */
  readonly idOf: (status: S) => string | undefined;
  /** What a person needs to find what was created, or to know why there is nothing: for the log. */
  readonly toLogFields: (status: S) => object;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface ProtocolParts<O extends RecordedObject<S>, C extends KubeObject, S extends AttemptStatus> {
  readonly writes: ObjectWrites<O, C, S>;
  readonly recorder: Recorder<O, S>;
}

export function createProtocolParts<
  O extends RecordedObject<S> & { readonly metadata: ObjectMeta },
  C extends KubeObject,
  S extends AttemptStatus,
>(options: ProtocolPartsOptions<O, C, S>): ProtocolParts<O, C, S> {
  const { kind, toLogFields } = options;
  const writes = new ObjectWrites<O, C, S>({
    ...options,
    statusOf: ({ status }) => status,
    shortened,
    toLogFields: ({ metadata: { generation, resourceVersion }, status }) => ({
      generation,
      resourceVersion,
      reason: findCondition(status?.conditions, 'Ready')?.reason,
      ...(status && toLogFields(status)),
      attempt: status?.attempt?.id,
    }),
  });
  const recorder = new Recorder<O, S>({
    ...options,
    observe: (object) => writes.observe(object),
    shortened,
    toLogFields: (key: ObjectKey, status: S) => ({ [kind]: key, ...toLogFields(status) }),
  });
  return { writes, recorder };
}
