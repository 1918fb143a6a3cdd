/**
 * What the operator keeps of each object in memory, so that it grows with the number of objects and not with what their
 * users write: all of a small one, and the head of one that is at rest or large.
 */
import { hash } from 'node:crypto';
import { findCondition } from '../../api/conditions.ts';
import { hasFinalizer } from '../../api/finalizers.ts';
import { requestedAtAnnotation } from '../../api/requested-at.ts';
import { isRecord } from '../../core/json/is-record.ts';
import { isLargerThan } from '../../core/json/json-size.ts';
import { abandonAnnotation, type EdgeAppVersion, finalizer } from './edge-app-version.ts';
import { versionName } from './request/version-name.ts';

interface Head {
  readonly metadata: Pick<
    EdgeAppVersion['metadata'],
    'name' | 'namespace' | 'uid' | 'resourceVersion' | 'creationTimestamp'
  >;
  /** See `targetOf`. The index keeps the same string. */
  readonly target: string;
}

/** An object that needs nothing until it changes. It has an id. */
export interface SettledVersion extends Head {
  /** Only of a large one. */
  readonly statusDigest?: undefined;
}

/** An object that is read live whenever it is worked on, with what others and the waking need of it. */
export interface LargeVersion extends Head {
  /** See `holds`. */
  readonly isHolder: boolean;
  readonly stalledFor: string | undefined;
  /** See `movingParts` and `statusDigest`. */
  readonly movingParts: string;
  readonly statusDigest: string;
}

export type CachedVersion = EdgeAppVersion | SettledVersion | LargeVersion;

/** As `isLargerThan` counts; most objects have less than half of it. Such an object takes some 10 kB of memory. */
const mostKept = 8 * 1024;

/** @throws TypeError where a member that the operator reads of cached objects has another type */
export function toCached(object: EdgeAppVersion): CachedVersion {
  checkTypes(object);
  if (isAtRest(object)) return toHead(object);
  const lean = withoutNoise(object);
  return isLargerThan(lean, mostKept) ? toLarge(object) : lean;
}

export function isLive(cached: CachedVersion): cached is EdgeAppVersion {
  return 'spec' in cached;
}

export function isSettled(cached: CachedVersion): cached is SettledVersion {
  return !isLive(cached) && !isLarge(cached);
}

function isLarge(cached: CachedVersion): cached is LargeVersion {
  return !isLive(cached) && cached.statusDigest !== undefined;
}

/** What a version is aimed at: only one object can have it. The index of the cache. */
export function targetOf(cached: CachedVersion): string {
  return isLive(cached) ? `${cached.spec.appId}/${versionName(cached)}` : cached.target;
}

/** An id or an open attempt: nobody else comes first as long as it has that. */
export function holds(cached: CachedVersion): boolean {
  if (isLive(cached)) return Boolean(cached.status?.versionId ?? cached.status?.attempt);
  return isLarge(cached) ? cached.isHolder : true;
}

/** Such an object is tried whenever it is woken: the breaker of the credential keeps the pace, and wakes it in time. */
export function waitsForCredentials(cached: CachedVersion): boolean {
  return reasonOfStall(cached) === 'CredentialsInvalid';
}

/** Such an object too: it is woken when the installed CRD has all fields. */
export function waitsForSchema(cached: CachedVersion): boolean {
  return reasonOfStall(cached) === 'WriteNotStored';
}

function reasonOfStall(cached: CachedVersion): string | undefined {
  if (isLive(cached)) return findCondition(cached.status?.conditions, 'Stalled')?.reason;
  return isLarge(cached) ? cached.stalledFor : undefined;
}

/** A digest of what the reconcile reads of an object besides its status. */
export function movingParts(cached: EdgeAppVersion | LargeVersion): string {
  if (isLarge(cached)) return cached.movingParts;
  const { generation, deletionTimestamp, finalizers, annotations } = cached.metadata;
  const asked = [annotations?.[requestedAtAnnotation], annotations?.[abandonAnnotation]];
  return digest([generation, deletionTimestamp, finalizers, asked]);
}

export function statusDigest(cached: EdgeAppVersion | LargeVersion): string {
  return isLarge(cached) ? cached.statusDigest : digest(cached.status ?? null);
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64');
}

function toHead(object: EdgeAppVersion): Head {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    target: targetOf(object),
  };
}

function toLarge(object: EdgeAppVersion): LargeVersion {
  return {
    ...toHead(object),
    isHolder: holds(object),
    stalledFor: reasonOfStall(object),
    movingParts: movingParts(object),
    statusDigest: statusDigest(object),
  };
}

/** Ready for this generation, nothing asked for, finalizer in line: the operator would do nothing. */
function isAtRest({ metadata, spec, status }: EdgeAppVersion): boolean {
  if (!status?.versionId || metadata.deletionTimestamp) return false;
  const ready = findCondition(status.conditions, 'Ready');
  return (
    ready?.status === 'True' &&
    status.observedGeneration === metadata.generation &&
    !status.attempt &&
    status.versionUid === metadata.uid &&
    metadata.annotations?.[requestedAtAnnotation] === status.lastHandledRequestedAt &&
    hasFinalizer(metadata, finalizer) === (spec.deletionPolicy === 'Delete')
  );
}

/** The members that are read of other objects than the one that is worked on: they must not fail there. */
function checkTypes({ spec, status }: EdgeAppVersion): void {
  const { conditions = [] } = status ?? {};
  const checks: [path: string, isRight: boolean][] = [
    ['spec.appId', typeof spec?.appId === 'string'],
    ['spec.name', spec?.name === undefined || typeof spec.name === 'string'],
    ['status.conditions', Array.isArray(conditions) && conditions.every(isRecord)],
  ];
  const wrong = checks.filter(([, isRight]) => !isRight).map(([path]) => path);
  if (wrong.length > 0) throw new TypeError(`missing or of another type: ${wrong.join(', ')}`);
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
