/** How the open attempt of an object ended, as far as its status says. */
import type { ErrorStatus } from '../../api/base-status.ts';
import { classify } from '../../core/errors/classify.ts';
import type { ErrorReason } from '../../core/errors/error-table.ts';
import { EsaError } from '../../core/errors/esa-error.ts';
import type { Problem } from '../../core/errors/problem.ts';
import type { AttemptStatus } from './attempt.ts';

/** The error with which the create of the open attempt ended; none while nobody knows how it ended. */
export function endOfAttempt(
  status: Pick<AttemptStatus, 'attempt' | 'error'> | undefined,
): ErrorStatus | undefined {
  const { attempt, error } = status ?? {};
  return attempt && error?.attemptId === attempt.id ? error : undefined;
}

/** The problem that such an error tells of; undefined where it tells no more than that nobody knows. */
export function problemOfEnd(end: ErrorStatus | undefined): Problem<ErrorReason> | undefined {
  if (!end || end.code === 'Ambiguous') return undefined;
  return { ...end, reason: classify(new EsaError(end), 'create').reason };
}

/** The cloud refused the name: the likeliest holder is a version of ours that it does not list yet. */
export function isNameTaken(end: { readonly code: string } | undefined): boolean {
  return ['namealreadyexists', 'parameteralreadyexist'].includes(end?.code.toLowerCase() ?? '');
}
