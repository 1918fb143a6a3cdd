/** The status that tells a problem, its remedy and the time of the next try, for any kind; pure. */
import type { Problem } from '../core/errors/problem.ts';
import { present } from '../core/json/present.ts';
import { cutText } from '../core/text/cut-text.ts';
import { toTimestamp } from '../core/text/timestamp.ts';
import type { BaseStatus, Changes, ErrorStatus, ReasonOf, Stateful } from './base-status.ts';
import { findCondition, type Summary } from './conditions.ts';
import { nextStatus } from './next-status.ts';

/** In characters, as CRDs bound it. */
export const maxRequestIdLength = 1000;

export interface NextTry {
  readonly wallMs: number;
  /** When the operator tries again, in milliseconds since the Unix epoch; absent or infinite: when something changes. */
  readonly nextAttemptMs?: number | undefined;
}

export interface FailingStatusOptions extends NextTry {
  /** The attempt whose create ended with this problem. */
  readonly attemptId?: string | undefined;
  /** A person should know, although the operator goes on. */
  readonly isStalled?: boolean;
  /** The error that stays in the status whatever the conditions tell; only its next try moves. */
  readonly kept?: ErrorStatus | undefined;
}

export function failingStatus<S extends BaseStatus>(
  object: Stateful<S>,
  found: Problem<ReasonOf<S>>,
  options: FailingStatusOptions,
  changes: Changes<S> = {},
): S {
  const { wallMs, nextAttemptMs, kept } = options;
  const problem = withinBounds(found);
  const error = kept
    ? withNextTry(kept, nextAttemptMs)
    : toErrorStatus(problem, object.status?.error, options);
  return nextStatus(object, toSummary(problem, options), wallMs, { error, ...changes });
}

/** The same problem as before, looked at once more: only the time of the next try moves. @throws Error where there is none */
export function stillFailingStatus<S extends BaseStatus>(
  object: Stateful<S>,
  { wallMs, nextAttemptMs }: NextTry,
): S {
  const { error, conditions } = object.status ?? {};
  const ready = findCondition(conditions, 'Ready');
  const activity = findCondition(conditions, 'Stalled') ?? findCondition(conditions, 'Reconciling');
  if (!error || !ready || !activity) throw new Error('there is no problem in this status to go on with');
  const summary: Summary<ReasonOf<S>> = {
    ready: ready.status,
    reason: ready.reason,
    message: ready.message,
    activity: { type: activity.type === 'Stalled' ? 'Stalled' : 'Reconciling', reason: activity.reason },
  };
  return nextStatus(object, summary, wallMs, { error: withNextTry(error, nextAttemptMs) } as Changes<S>);
}

/** The same error with another time for the next try, or none. */
export function withNextTry(error: ErrorStatus, nextAttemptMs: number | undefined): ErrorStatus {
  return present({ ...error, nextAttemptTime: toNextAttemptTime(nextAttemptMs) }) as ErrorStatus;
}

function toSummary<R extends string>(
  problem: Problem<R>,
  { isStalled }: FailingStatusOptions,
): Summary<R | 'ProgressingWithRetry'> {
  const needsPerson = isStalled || problem.class === 'Terminal' || problem.class === 'Configuration';
  return {
    ready: 'False',
    reason: problem.reason,
    message: `${problem.code}: ${toSentence(problem.message)} ${problem.cause} ${problem.remedy}`,
    activity: needsPerson
      ? { type: 'Stalled', reason: problem.reason }
      : { type: 'Reconciling', reason: 'ProgressingWithRetry' },
  };
}

/** CRDs bound their texts; one that the cloud sends longer must not make a status unwritable. */
function withinBounds<R extends string>(problem: Problem<R>): Problem<R> {
  const { code, message, requestId } = problem;
  return {
    ...problem,
    code: cutText(code, 1000),
    message: cutText(message, 4000),
    requestId: requestId && cutText(requestId, maxRequestIdLength),
  };
}

/** The cloud's texts end with a full stop, ours need none. */
function toSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function toErrorStatus(
  problem: Problem<string>,
  before: ErrorStatus | undefined,
  { wallMs, nextAttemptMs, attemptId }: FailingStatusOptions,
): ErrorStatus {
  const isSame = before?.code === problem.code && before.operation === problem.operation;
  return present({
    attemptId,
    operation: problem.operation,
    code: problem.code,
    message: problem.message,
    cause: problem.cause,
    remedy: problem.remedy,
    requestId: problem.requestId,
    httpStatus: problem.httpStatus,
    class: problem.class,
    attempts: isSame ? before.attempts + 1 : 1,
    time: toTimestamp(wallMs),
    nextAttemptTime: toNextAttemptTime(nextAttemptMs),
  }) as ErrorStatus;
}

function toNextAttemptTime(ms = Number.POSITIVE_INFINITY): string | undefined {
  return Number.isFinite(ms) ? toTimestamp(ms) : undefined;
}
