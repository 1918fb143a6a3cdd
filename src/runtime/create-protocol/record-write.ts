/** The write that records how an attempt ended: its condition, its size, and what its response must show. */
import type { JsonPatchOperation, WriteResult } from '../../api/object-client.ts';
import type { Attempt, AttemptStatus } from './attempt.ts';

/** Writes `status`, or a shortened form of it where it is too large. */
export async function inFormThatFits<O, S>(
  status: S,
  shortened: (status: S) => S,
  write: (form: S) => Promise<WriteResult<O>>,
): Promise<WriteResult<O>> {
  const result = await write(status);
  return result.kind === 'tooLarge' ? write(shortened(status)) : result;
}

/** Conditional on the object and its attempt, whoever wrote meanwhile. */
export function toOperations({ id, uid, fingerprint }: Attempt, status: AttemptStatus): JsonPatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/status/attempt/id', value: id },
    { op: 'test', path: '/status/attempt/fingerprint', value: fingerprint },
    { op: 'replace', path: '/status', value: status },
  ];
}

/** Whether `stored` shows what `status` was to say of the attempt; `idOf` what was created. */
export function isShown<S extends AttemptStatus>(
  stored: S | undefined,
  status: S,
  idOf: (status: S) => string | undefined,
): boolean {
  return (
    (stored && idOf(stored)) === idOf(status) &&
    stored?.attempt?.id === status.attempt?.id &&
    stored?.error?.attemptId === status.error?.attemptId
  );
}
