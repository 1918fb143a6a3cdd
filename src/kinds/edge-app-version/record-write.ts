/** The write that records how an attempt ended: its condition, its size, and what its response must show. */

import type { JsonPatchOperation, WriteResult } from '../../api/object-client.ts';
import type { Attempt, EdgeAppVersion, EdgeAppVersionStatus } from './edge-app-version.ts';
import { shortened } from './status/status.ts';

/** Writes `status`, or a shortened form of it where it is too large. */
export async function inFormThatFits(
  status: EdgeAppVersionStatus,
  write: (form: EdgeAppVersionStatus) => Promise<WriteResult<EdgeAppVersion>>,
): Promise<WriteResult<EdgeAppVersion>> {
  const result = await write(status);
  return result.kind === 'tooLarge' ? write(shortened(status)) : result;
}

/** Conditional on the object and its attempt, whoever wrote meanwhile. */
export function toOperations(
  { id, uid, fingerprint }: Attempt,
  status: EdgeAppVersionStatus,
): JsonPatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/status/attempt/id', value: id },
    { op: 'test', path: '/status/attempt/fingerprint', value: fingerprint },
    { op: 'replace', path: '/status', value: status },
  ];
}

/** Whether the object as stored shows what its status was to say of the attempt. */
export function isShown(
  { status: stored }: EdgeAppVersion,
  { versionId, attempt, error }: EdgeAppVersionStatus,
): boolean {
  const isSameEnd = stored?.error?.attemptId === error?.attemptId;
  return stored?.versionId === versionId && stored?.attempt?.id === attempt?.id && isSameEnd;
}
