/** Which objects a change wakes: the changed one, unless it is an own write, and those that waited for its target. */
import { isDeepStrictEqual } from 'node:util';
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
  /** The answer of an own write. */
  readonly own: boolean;
}

export function keysToWake(change: Change, cache: ObjectCache<CachedVersion>): string[] {
  const keys = isWorthAPass(change) ? [change.key] : [];
  return change.old && leavesTarget(change.old, change.new)
    ? [...keys, ...neighbours(change.old, cache)]
    : keys;
}

function isWorthAPass({ old: before, new: after, own: isOwn }: Change): boolean {
  if (!before || !after || before.metadata.uid !== after.metadata.uid) return true;
  if (!isLive(after)) return false;
  if (!isLive(before) || movingParts(before) !== movingParts(after)) return true;
  // Only the operator writes a status; but somebody may take it away, or restore an older one.
  return !isOwn && !isDeepStrictEqual(before.status, after.status);
}

/** What the reconcile reads of an object besides its status. */
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
