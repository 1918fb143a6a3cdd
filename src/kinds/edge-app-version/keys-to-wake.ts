/** Which objects a change wakes: the changed one, unless it is an own write, and those that waited for its target. */
import { isDeepStrictEqual } from 'node:util';
import { toKey } from '../../api/kube-object.ts';
import type { Change, ObjectCache } from '../../api/object-cache.ts';
import {
  type CachedVersion,
  holds,
  isLive,
  isSettled,
  type LargeVersion,
  movingParts,
  statusDigest,
  targetOf,
} from './cached-version.ts';
import type { EdgeAppVersion } from './edge-app-version.ts';

type UnsettledVersion = EdgeAppVersion | LargeVersion;

export function keysToWake(change: Change<CachedVersion>, cache: ObjectCache<CachedVersion>): string[] {
  const keys = isWorthAPass(change) ? [change.key] : [];
  return change.old && leavesTarget(change.old, change.new)
    ? [...keys, ...neighbours(change.old, cache)]
    : keys;
}

function isWorthAPass({ old: before, new: after, own: isOwn }: Change<CachedVersion>): boolean {
  if (!before || !after || before.metadata.uid !== after.metadata.uid) return true;
  if (isSettled(after)) return false;
  if (isSettled(before) || movingParts(before) !== movingParts(after)) return true;
  // Only the operator writes a status; but somebody may take it away, or restore an older one.
  return !isOwn && !hasSameStatus(before, after);
}

function hasSameStatus(before: UnsettledVersion, after: UnsettledVersion): boolean {
  return isLive(before) && isLive(after)
    ? isDeepStrictEqual(before.status, after.status)
    : statusDigest(before) === statusDigest(after);
}

/** It is gone, aims elsewhere, or no longer holds what put it first. */
function leavesTarget(before: CachedVersion, after: CachedVersion | undefined): boolean {
  return !after || targetOf(before) !== targetOf(after) || (holds(before) && !holds(after));
}

function neighbours(left: CachedVersion, cache: ObjectCache<CachedVersion>): string[] {
  return cache.withIndex('target', targetOf(left)).map(toKey);
}
