/** Which write of the create protocol a replacement of the status is. */
import type { AttemptStatus } from '../../src/runtime/create-protocol/attempt.ts';

export type StatusWrite = 'claim' | 'record' | 'write status';

/** @param before the status that is replaced; both of a kind that creates by the protocol */
export function statusWriteOf(before: object | undefined, status: object): StatusWrite {
  const { attempt: open } = (before ?? {}) as Partial<AttemptStatus>;
  const { attempt, error } = status as Partial<AttemptStatus>;
  if (attempt && attempt.id !== open?.id) return 'claim';
  if (!open) return 'write status';
  return !attempt || error?.attemptId === attempt.id ? 'record' : 'write status';
}
