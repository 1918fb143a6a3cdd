/** Every status the operator writes, built from the one before; pure. */

import { findCondition, type Summary, toConditions } from '../../../api/conditions.ts';
import { requestedAtAnnotation } from '../../../api/requested-at.ts';
import type { VersionStatus } from '../../../cloud/esa-api.ts';
import { present } from '../../../core/json/present.ts';
import { cutText } from '../../../core/text/cut-text.ts';
import { toTimestamp } from '../../../core/text/timestamp.ts';
import { type Attempt, unclearInRow } from '../../../runtime/create-protocol/attempt.ts';
import type {
  EdgeAppVersion,
  EdgeAppVersionStatus,
  ErrorStatus,
  Origin,
  Reason,
} from '../edge-app-version.ts';
import { endOfAttempt } from './attempt-end.ts';
import { buildFailed, type VersionProblem } from './version-problems.ts';

type Changes = { readonly [K in keyof EdgeAppVersionStatus]?: EdgeAppVersionStatus[K] | undefined };

/** What a version is known as once its id is known. */
export interface KnownVersion {
  readonly versionId: string;
  readonly versionName: string;
  /** Undefined as long as no read and no list has shown it. */
  readonly versionStatus: VersionStatus | undefined;
  readonly origin: Origin;
  readonly fingerprint: string;
  readonly requestId?: string | undefined;
  /** As in the status; where absent, what that says stays. */
  readonly unclearAttempts?: number | undefined;
}

/** The claim: the attempt is open from here on, in the place of one that came to nothing. */
export function claimed(object: EdgeAppVersion, attempt: Attempt, wallMs: number): EdgeAppVersionStatus {
  const summary: Summary<Reason> = {
    ready: 'Unknown',
    reason: 'Progressing',
    message: `creating version ${attempt.name} (attempt ${attempt.number})`,
    activity: { type: 'Reconciling', reason: 'Progressing' },
  };
  const { name, fingerprint, number } = attempt;
  const unclear = unclearInRow(object.status);
  return next(object, summary, wallMs, {
    attempt,
    attempts: number,
    unclearAttempts: unclear === 0 ? undefined : unclear,
    versionName: name,
    fingerprint,
  });
}

/** The version is there; Ready as far as its build is. */
export function recorded(
  object: EdgeAppVersion,
  known: KnownVersion,
  { wallMs, nextAttemptMs }: Pick<FailingOptions, 'wallMs' | 'nextAttemptMs'>,
): EdgeAppVersionStatus {
  const { status, metadata } = object;
  const now = toTimestamp(wallMs);
  const changes: Changes = {
    ...known,
    versionUid: metadata.uid,
    recordedTime: status?.recordedTime ?? now,
    seenTime: status?.seenTime ?? (known.versionStatus && now),
    requestId: known.requestId?.slice(0, 1024) ?? status?.requestId,
    attempt: undefined,
  };
  if (known.versionStatus === 'failed') {
    const built = present({ ...status, ...changes }) as EdgeAppVersionStatus;
    return failing({ ...object, status: built }, buildFailed(known.versionId), { wallMs, nextAttemptMs });
  }
  const since = changes.recordedTime ?? now;
  return next(object, buildSummary(known, status, since, wallMs), wallMs, { ...changes, error: undefined });
}

const slowBuildMs = 30 * 60_000;

function buildSummary(
  known: KnownVersion,
  status: EdgeAppVersionStatus | undefined,
  since: string,
  wallMs: number,
): Summary<Reason> {
  const { versionId, versionStatus, origin } = known;
  if (versionStatus === 'created') {
    const message = `version ${versionId} is created${isFound(known, status) ? foundByMarker : ''}`;
    return { ready: 'True', reason: origin, message };
  }
  const slow = wallMs - Date.parse(since) > slowBuildMs ? `; it has been for more than 30 minutes` : '';
  const message = versionStatus
    ? `the cloud is building version ${versionId}${slow}`
    : `the cloud created version ${versionId} and does not show it yet`;
  return {
    ready: 'Unknown',
    reason: 'Creating',
    message,
    activity: { type: 'Reconciling', reason: 'Creating' },
  };
}

/** This object made no attempt, so an earlier one of its name did, or another cluster that calls itself the same. */
function isFound({ origin }: KnownVersion, status: EdgeAppVersionStatus | undefined): boolean {
  return origin === 'Created' && !status?.attempts;
}

const foundByMarker =
  ' and was found by its marker: an earlier object of this name created it, or another cluster with the same owner id';

export interface FailingOptions {
  readonly wallMs: number;
  /** When the operator tries again, in milliseconds since the Unix epoch; absent or infinite: when something changes. */
  readonly nextAttemptMs?: number | undefined;
  /** The attempt whose create ended with this problem. */
  readonly ends?: Attempt | undefined;
  /** Nothing came of that attempt, for sure: it is open no longer. */
  readonly isOver?: boolean;
  /** A person should know, although the operator goes on. */
  readonly isStalled?: boolean;
}

/**
 * The problem, its remedy and the time of the next try. While an attempt is open the error with which its create ended
 * stays, whatever goes wrong with the lookups for it: the conditions tell that.
 */
export function failing(
  object: EdgeAppVersion,
  found: VersionProblem,
  options: FailingOptions,
): EdgeAppVersionStatus {
  const { wallMs, nextAttemptMs, ends, isOver } = options;
  const problem = withinBounds(found);
  const end = ends ? undefined : endOfAttempt(object.status);
  return next(object, toSummary(problem, options), wallMs, {
    error: end ? withNextAttempt(end, nextAttemptMs) : toErrorStatus(problem, object.status?.error, options),
    requestId: problem.requestId ?? object.status?.requestId,
    ...(ends && { fingerprint: ends.fingerprint }),
    ...(isOver && { attempt: undefined, unclearAttempts: undefined }),
  });
}

function toSummary(problem: VersionProblem, { isStalled }: FailingOptions): Summary<Reason> {
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

/** The CRD bounds its texts; one that the cloud sends longer must not make a status unwritable. */
function withinBounds(problem: VersionProblem): VersionProblem {
  const { code, message, requestId } = problem;
  return {
    ...problem,
    code: cutText(code, 1000),
    message: cutText(message, 4000),
    requestId: requestId && cutText(requestId, 1000),
  };
}

/** The cloud's texts end with a full stop, ours need none. */
function toSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function toErrorStatus(
  problem: VersionProblem,
  before: ErrorStatus | undefined,
  { wallMs, nextAttemptMs, ends }: FailingOptions,
): ErrorStatus {
  const isSame = before?.code === problem.code && before.operation === problem.operation;
  return present({
    attemptId: ends?.id,
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

function withNextAttempt(error: ErrorStatus, nextAttemptMs: number | undefined): ErrorStatus {
  return present({ ...error, nextAttemptTime: toNextAttemptTime(nextAttemptMs) }) as ErrorStatus;
}

function toNextAttemptTime(ms = Number.POSITIVE_INFINITY): string | undefined {
  return Number.isFinite(ms) ? toTimestamp(ms) : undefined;
}

/** `status` without its longer texts, for an object that has no room for them. */
export function shortened(status: EdgeAppVersionStatus): EdgeAppVersionStatus {
  const { error, conditions } = status;
  const toShort = (text: string): string =>
    text.length > shortLength ? `${text.slice(0, shortLength)}...` : text;
  return present({
    ...status,
    error: error && {
      ...error,
      message: toShort(error.message),
      cause: toShort(error.cause),
      remedy: toShort(error.remedy),
    },
    conditions: conditions?.map((condition) => ({ ...condition, message: toShort(condition.message) })),
  }) as EdgeAppVersionStatus;
}

const shortLength = 80;

/** The same problem as before, looked at once more: only the time of the next try moves. */
export function stillFailing(
  object: EdgeAppVersion,
  { wallMs, nextAttemptMs }: Pick<FailingOptions, 'wallMs' | 'nextAttemptMs'>,
): EdgeAppVersionStatus {
  const { error, conditions } = object.status ?? {};
  const ready = findCondition(conditions, 'Ready');
  const activity = findCondition(conditions, 'Stalled') ?? findCondition(conditions, 'Reconciling');
  if (!error || !ready || !activity) throw new Error('there is no problem in this status to go on with');
  const summary: Summary<Reason> = {
    ready: ready.status,
    reason: ready.reason,
    message: ready.message,
    activity: { type: activity.type === 'Stalled' ? 'Stalled' : 'Reconciling', reason: activity.reason },
  };
  return next(object, summary, wallMs, { error: withNextAttempt(error, nextAttemptMs) });
}

/** Nothing is created or deleted while `spec.suspend` is set; an attempt that is open stays so. */
export function suspended(object: EdgeAppVersion, wallMs: number): EdgeAppVersionStatus {
  const message = object.metadata.deletionTimestamp ? deletionSuspended : creationSuspended;
  const error = endToKeep(object.status);
  return next(object, { ready: 'False', reason: 'Suspended', message }, wallMs, { error });
}

/** How the open attempt ended, with no time for another: none is made while its object waits for something else. */
function endToKeep(status: EdgeAppVersionStatus | undefined): ErrorStatus | undefined {
  const end = endOfAttempt(status);
  return end && withNextAttempt(end, undefined);
}

const creationSuspended = 'spec.suspend is set; unset it to resume: nothing is created or deleted until then';
const deletionSuspended = `spec.suspend is set, so the version is not deleted and this object stays; ${[
  'unset it to delete the version',
  'or set deletionPolicy: Retain or the annotation esa.alibabacloud.com/abandon: "true" to keep the version',
].join(', ')}`;

/** Waiting for something that only needs time. */
export function waiting(object: EdgeAppVersion, message: string, wallMs: number): EdgeAppVersionStatus {
  const activity = { type: 'Reconciling', reason: 'Progressing' } as const;
  const error = endToKeep(object.status);
  return next(object, { ready: 'Unknown', reason: 'Progressing', message, activity }, wallMs, { error });
}

/** On the way out; `message` says what is waited for. */
export function deleting(object: EdgeAppVersion, message: string, wallMs: number): EdgeAppVersionStatus {
  const activity = { type: 'Reconciling', reason: 'Deleting' } as const;
  const error = endToKeep(object.status);
  return next(object, { ready: 'False', reason: 'Deleting', message, activity }, wallMs, { error });
}

function next(
  object: EdgeAppVersion,
  summary: Summary<Reason>,
  wallMs: number,
  changes: Changes,
): EdgeAppVersionStatus {
  const { metadata, status } = object;
  return present({
    ...status,
    lastHandledRequestedAt: metadata.annotations?.[requestedAtAnnotation] ?? status?.lastHandledRequestedAt,
    ...changes,
    error: withoutHelpUrl('error' in changes ? changes.error : status?.error),
    observedGeneration: metadata.generation,
    conditions: toConditions(status?.conditions, metadata.generation, summary, toTimestamp(wallMs)),
  }) as EdgeAppVersionStatus;
}

/** Release 0.1 wrote a link to an address that is not the project's. */
function withoutHelpUrl(error: ErrorStatus | undefined): ErrorStatus | undefined {
  return error && (present({ ...error, helpUrl: undefined }) as ErrorStatus);
}
