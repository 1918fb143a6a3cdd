/** Which refusals of a write may well happen, and are a value. */
import type { WriteResult } from '../ports.ts';
import { KubeError } from './kube-error.ts';

/** @throws `error` if it is none of the refusals that WriteResult names */
export function toWriteResult(error: unknown): Exclude<WriteResult<never>, { kind: 'written' }> {
  if (isStatus(error, 409)) return { kind: 'conflict' };
  if (isStatus(error, 404)) return { kind: 'gone' };
  if (isStatus(error, 422)) return { kind: 'invalid', message: error.message };
  throw error;
}

export function isStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}
