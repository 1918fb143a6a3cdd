/** What the operator keeps of each object in memory: all of a live one, a few fields of one that is at rest. */
import { findCondition } from './conditions.ts';
import { type EdgeAppVersion, finalizer, requestedAtAnnotation } from './edge-app-version.ts';
import { versionName } from './to-create-request.ts';

/** An object that needs nothing until it changes. */
export interface SettledVersion {
  readonly metadata: Pick<
    EdgeAppVersion['metadata'],
    'name' | 'namespace' | 'uid' | 'resourceVersion' | 'creationTimestamp'
  >;
  /** What it holds: see `targetOf`. The index keeps the same string. */
  readonly settledTarget: string;
}

export type CachedVersion = EdgeAppVersion | SettledVersion;

export function toCached(object: EdgeAppVersion): CachedVersion {
  if (!isSettled(object)) return withoutNoise(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    settledTarget: targetOf(object),
  };
}

export function isLive(cached: CachedVersion): cached is EdgeAppVersion {
  return !('settledTarget' in cached);
}

/** What a version is aimed at: only one object can have it. The index of the cache. */
export function targetOf(cached: CachedVersion): string {
  return isLive(cached) ? `${cached.spec.appId}/${versionName(cached)}` : cached.settledTarget;
}

/** Ready for this generation, nothing asked for, finalizer in line: the operator would do nothing. */
function isSettled({ metadata, spec, status }: EdgeAppVersion): boolean {
  if (!status?.versionId || metadata.deletionTimestamp) return false;
  const ready = findCondition(status.conditions, 'Ready');
  return (
    ready?.status === 'True' &&
    status.observedGeneration === metadata.generation &&
    !status.attempt &&
    metadata.annotations?.[requestedAtAnnotation] === status.lastHandledRequestedAt &&
    hasFinalizer(metadata) === (spec.deletionPolicy === 'Delete')
  );
}

export function hasFinalizer({ finalizers }: Pick<EdgeAppVersion['metadata'], 'finalizers'>): boolean {
  return finalizers?.includes(finalizer) ?? false;
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without managedFields and kubectl's copy of the manifest, which double an object's size. */
function withoutNoise(object: EdgeAppVersion): EdgeAppVersion {
  const { managedFields: _, ...metadata } = object.metadata as EdgeAppVersion['metadata'] & {
    managedFields?: unknown;
  };
  const { [lastApplied]: __, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: { ...metadata, annotations } };
}
