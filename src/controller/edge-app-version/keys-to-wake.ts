/** Which objects a change wakes: the changed one, unless only its status moved, and those that waited for its target. */
import { type CachedVersion, isLive, targetOf } from '../../core/cached-version.ts';
import {
  abandonAnnotation,
  type EdgeAppVersion,
  requestedAtAnnotation,
} from '../../core/edge-app-version.ts';
import { holds } from '../../core/rival.ts';
import type { ObjectCache } from '../../ports.ts';

export interface Change {
  /** `namespace/name` */
  readonly key: string;
  readonly old?: CachedVersion | undefined;
  readonly new?: CachedVersion | undefined;
}

export function keysToWake(change: Change, cache: ObjectCache<CachedVersion>): string[] {
  const keys = isWorthAPass(change.old, change.new) ? [change.key] : [];
  return change.old && leavesTarget(change.old, change.new)
    ? [...keys, ...neighbours(change.old, cache)]
    : keys;
}

function isWorthAPass(before: CachedVersion | undefined, after: CachedVersion | undefined): boolean {
  if (!before || !after || before.metadata.uid !== after.metadata.uid) return true;
  if (!isLive(after)) return false;
  return !isLive(before) || movingParts(before) !== movingParts(after) || losesStatus(before, after);
}

/** Somebody took the status away, for example by restoring a backup. */
function losesStatus(before: EdgeAppVersion, after: EdgeAppVersion): boolean {
  return before.status?.conditions !== undefined && after.status?.conditions === undefined;
}

/** What the reconcile reads of an object besides its status, which only the operator writes. */
function movingParts({ metadata }: EdgeAppVersion): string {
  const { generation, deletionTimestamp, finalizers, annotations } = metadata;
  const asked = [annotations?.[requestedAtAnnotation], annotations?.[abandonAnnotation]];
  return JSON.stringify([generation, deletionTimestamp, finalizers, asked]);
}

/** It is gone, aims elsewhere, or no longer holds what put it first. */
function leavesTarget(before: CachedVersion, after: CachedVersion | undefined): boolean {
  return !after || targetOf(before) !== targetOf(after) || (holds(before) && !holds(after));
}

function neighbours(left: CachedVersion, cache: ObjectCache<CachedVersion>): string[] {
  return cache.withIndex(targetOf(left)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}
