/** How the open attempt of an object ended, as far as its status says. */
import type { ErrorStatus } from '../../../api/base-status.ts';
import { classify } from '../../../core/errors/classify.ts';
import { EsaError } from '../../../core/errors/esa-error.ts';
import type { Attempt } from '../../../runtime/create-protocol/attempt.ts';
import type { EdgeAppVersionStatus } from '../edge-app-version.ts';
import { outcomeUnknown, type VersionProblem } from './version-problems.ts';

/** The error with which the create of the open attempt ended; none while nobody knows how it ended. */
export function endOfAttempt(status: EdgeAppVersionStatus | undefined): ErrorStatus | undefined {
  const { attempt, error } = status ?? {};
  return attempt && error?.attemptId === attempt.id ? error : undefined;
}

/** What the status says of an open attempt: the error with which its create ended, or that nobody knows. */
export function problemOfAttempt(attempt: Attempt, end: ErrorStatus | undefined): VersionProblem {
  if (!end || end.code === 'Ambiguous') return outcomeUnknown(attempt);
  return { ...end, reason: classify(new EsaError(end), 'create').reason };
}

/** The cloud refused the name: the likeliest holder is a version of ours that it does not list yet. */
export function isNameTaken(end: { readonly code: string } | undefined): boolean {
  return ['namealreadyexists', 'parameteralreadyexist'].includes(end?.code.toLowerCase() ?? '');
}
