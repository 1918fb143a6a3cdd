/** What keeps an object from being Ready: one shape for the cloud's errors and for what we find ourselves. */

import { type Classification, classify } from './classify.ts';
import { type ErrorClass, type ErrorReason, nothingToDo, type Texts } from './error-table.ts';
import type { EsaError } from './esa-error.ts';

/** @typeParam R the reasons of the kind */
export interface Problem<R extends string = ErrorReason> {
  /** The API operation that met it, or `Validate` where none was called. */
  readonly operation: string;
  readonly code: string;
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
  readonly class: ErrorClass;
  readonly reason: R;
  readonly requestId?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** How long the cloud asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** How often the call is tried, within minutes, before the class counts; absent: never. */
  readonly triesBefore?: number | undefined;
  /** Cause and remedy where the object is being deleted. */
  readonly inDeletion?: Texts | undefined;
}

export function toProblem(error: EsaError, classification: Classification): Problem {
  const { cause, remedy, reason, triesBefore, inDeletion } = classification;
  return {
    operation: error.operation,
    code: error.code,
    message: error.message,
    cause,
    remedy,
    class: classification.class,
    reason,
    requestId: error.requestId,
    httpStatus: error.httpStatus,
    retryAfterMs: error.retryAfterMs,
    triesBefore,
    inDeletion,
  };
}

/** A failed look or poll: nothing was changed, so it is never ambiguous. */
export function readProblem(error: EsaError): Problem {
  return toProblem(error, classify(error, 'read'));
}

/** The problem as long as it is tried again within minutes: it may pass, and a person is called only then. */
export function triedAgain<R extends string>(problem: Problem<R>): Problem<R | 'ProgressingWithRetry'> {
  const remedy = `${nothingToDo.read}; if it lasts: ${problem.remedy}`;
  return {
    ...problem,
    class: 'Transient',
    reason: 'ProgressingWithRetry',
    remedy,
  };
}

export type OwnTexts = Pick<Problem, 'operation' | 'message' | 'cause' | 'remedy'> & {
  readonly code?: string;
};

/** A problem that no error of the cloud tells: its code is its reason. */
export function ownProblem<R extends string>(reason: R, errorClass: ErrorClass, texts: OwnTexts): Problem<R> {
  return { code: reason, ...texts, class: errorClass, reason };
}
