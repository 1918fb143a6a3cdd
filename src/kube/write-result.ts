/** Which refusals of a write may well happen, and are a value. */
import type { WriteResult } from '../api/object-client.ts';
import { KubeError } from './kube-error.ts';

/** @throws `error` if it is none of the refusals that WriteResult names */
export function toWriteResult(error: unknown): Exclude<WriteResult<never>, { kind: 'written' }> {
  if (isStatus(error, 409)) return { kind: 'conflict' };
  if (isStatus(error, 404)) return { kind: 'gone' };
  if (isTooLarge(error)) return { kind: 'tooLarge', message: error.message };
  if (isStatus(error, 422)) return { kind: 'invalid', message: error.message };
  throw error;
}

/** The API server refuses a body of its own limit by a 413, and passes on what etcd says as a 500. */
function isTooLarge(error: unknown): error is KubeError {
  if (isStatus(error, 413)) return true;
  return error instanceof KubeError && /\b(request is too large|larger than max)/.test(error.message);
}

export function isStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}
