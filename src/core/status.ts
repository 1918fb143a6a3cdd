/** Every status the operator writes, built from the one before; pure. */
import { endOfAttempt } from './attempt-end.ts';
import { findCondition, type Summary, toConditions } from './conditions.ts';
import { cutText } from './cut-text.ts';
import {
  type Attempt,
  type EdgeAppVersion,
  type EdgeAppVersionStatus,
  type ErrorStatus,
  type Origin,
  requestedAtAnnotation,
  type VersionStatus,
} from './edge-app-version.ts';
import { present } from './present.ts';
import { buildFailed, type Problem } from './problem.ts';
import { toTimestamp } from './timestamp.ts';

const create = 'CreateEdgeContainerAppVersion';

type Changes = { readonly [K in keyof EdgeAppVersionStatus]?: EdgeAppVersionStatus[K] | undefined };

/** What a version is known as once its id is known. */
export interface KnownVersion {
  readonly versionId: string;
  readonly versionName: string;
  readonly versionStatus: VersionStatus;
  readonly origin: Origin;
  readonly fingerprint: string;
  readonly requestId?: string | undefined;
}

/** The claim: the attempt is open from here on. */
export function claimed(object: EdgeAppVersion, attempt: Attempt, wallMs: number): EdgeAppVersionStatus {
  const summary: Summary = {
    ready: 'Unknown',
    reason: 'Progressing',
    message: `CreateEdgeContainerAppVersion for ${attempt.name} is on its way, attempt ${attempt.number}`,
    activity: { type: 'Reconciling', reason: 'Progressing' },
  };
  const { name, fingerprint, number } = attempt;
  return next(object, summary, wallMs, { attempt, attempts: number, versionName: name, fingerprint });
}

/** The version is there; Ready as far as its build is. */
export function recorded(
  object: EdgeAppVersion,
  known: KnownVersion,
  { wallMs, nextAttemptMs }: Pick<FailingOptions, 'wallMs' | 'nextAttemptMs'>,
): EdgeAppVersionStatus {
  const changes: Changes = {
    ...known,
    requestId: known.requestId?.slice(0, 1024) ?? object.status?.requestId,
    attempt: undefined,
  };
  if (known.versionStatus === 'failed') {
    const status = present({ ...object.status, ...changes }) as EdgeAppVersionStatus;
    return failing({ ...object, status }, buildFailed(known.versionId), { wallMs, nextAttemptMs });
  }
  return next(object, buildSummary(known, object.status, wallMs), wallMs, { ...changes, error: undefined });
}

const slowBuildMs = 30 * 60_000;

function buildSummary(
  known: KnownVersion,
  status: EdgeAppVersionStatus | undefined,
  wallMs: number,
): Summary {
  const { versionId, versionStatus, origin } = known;
  if (versionStatus === 'created')
    return { ready: 'True', reason: origin, message: `version ${versionId} is created` };
  const since = status?.conditions?.find(({ type }) => type === 'Reconciling')?.lastTransitionTime;
  const isSlow = since !== undefined && wallMs - Date.parse(since) > slowBuildMs;
  const slow = isSlow ? `; it has been for more than 30 minutes, since ${since}` : '';
  return {
    ready: 'Unknown',
    reason: 'Creating',
    message: `the cloud is building version ${versionId}${slow}`,
    activity: { type: 'Reconciling', reason: 'Creating' },
  };
}

export interface FailingOptions {
  readonly wallMs: number;
  /** When the operator tries again, in milliseconds since the Unix epoch; absent: when something changes. */
  readonly nextAttemptMs?: number | undefined;
  /** The attempt is over and nothing came of it. */
  readonly clearAttempt?: boolean;
  /** The fingerprint of the request that was refused. */
  readonly fingerprint?: string | undefined;
}

/**
 * The problem, its remedy and the time of the next try. While an attempt is open the error with which its create ended
 * stays, whatever goes wrong with the looks for it: the conditions tell that.
 */
export function failing(
  object: EdgeAppVersion,
  found: Problem,
  options: FailingOptions,
): EdgeAppVersionStatus {
  const { wallMs, clearAttempt, fingerprint } = options;
  const problem = withinBounds(found);
  const needsPerson = problem.class === 'Terminal' || problem.class === 'Configuration';
  const summary: Summary = {
    ready: 'False',
    reason: problem.reason,
    message: `${problem.code}: ${toSentence(problem.message)} ${problem.cause} ${problem.remedy}`,
    activity: needsPerson
      ? { type: 'Stalled', reason: problem.reason }
      : { type: 'Reconciling', reason: 'ProgressingWithRetry' },
  };
  const end = clearAttempt || problem.operation === create ? undefined : endOfAttempt(object.status);
  return next(object, summary, wallMs, {
    error: end
      ? withNextAttempt(end, options.nextAttemptMs)
      : toErrorStatus(problem, object.status?.error, options),
    requestId: problem.requestId ?? object.status?.requestId,
    ...(clearAttempt && { attempt: undefined }),
    ...(fingerprint && { fingerprint }),
  });
}

/** The CRD bounds its texts; one that the cloud sends longer must not make a status unwritable. */
function withinBounds(problem: Problem): Problem {
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
  problem: Problem,
  before: ErrorStatus | undefined,
  { wallMs, nextAttemptMs }: FailingOptions,
): ErrorStatus {
  const isSame = before?.code === problem.code && before.operation === problem.operation;
  return present({
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
    nextAttemptTime: nextAttemptMs === undefined ? undefined : toTimestamp(nextAttemptMs),
  }) as ErrorStatus;
}

function withNextAttempt(error: ErrorStatus, nextAttemptMs: number | undefined): ErrorStatus {
  const nextAttemptTime = nextAttemptMs === undefined ? undefined : toTimestamp(nextAttemptMs);
  return present({ ...error, nextAttemptTime }) as ErrorStatus;
}

/** The same problem as before, looked at once more: only the time of the next try moves. */
export function stillFailing(
  object: EdgeAppVersion,
  options: Pick<FailingOptions, 'wallMs' | 'nextAttemptMs' | 'clearAttempt'>,
): EdgeAppVersionStatus {
  const { error, conditions } = object.status ?? {};
  const ready = findCondition(conditions, 'Ready');
  const activity = findCondition(conditions, 'Stalled') ?? findCondition(conditions, 'Reconciling');
  if (!error || !ready || !activity) throw new Error('there is no problem in this status to go on with');
  const summary: Summary = {
    ready: ready.status,
    reason: ready.reason,
    message: ready.message,
    activity: { type: activity.type === 'Stalled' ? 'Stalled' : 'Reconciling', reason: activity.reason },
  };
  return next(object, summary, options.wallMs, {
    error: withNextAttempt(error, options.nextAttemptMs),
    ...(options.clearAttempt && { attempt: undefined }),
  });
}

/** Nothing is created or deleted while `spec.suspend` is set. */
export function suspended(object: EdgeAppVersion, wallMs: number): EdgeAppVersionStatus {
  const message = 'spec.suspend is set: nothing is created or deleted until it is taken away';
  return next(object, { ready: 'False', reason: 'Suspended', message }, wallMs, {
    attempt: undefined,
    error: undefined,
  });
}

/** Waiting for something that only needs time. */
export function waiting(object: EdgeAppVersion, message: string, wallMs: number): EdgeAppVersionStatus {
  const activity = { type: 'Reconciling', reason: 'Progressing' } as const;
  return next(object, { ready: 'Unknown', reason: 'Progressing', message, activity }, wallMs, {
    error: undefined,
  });
}

export function deleting(object: EdgeAppVersion, message: string, wallMs: number): EdgeAppVersionStatus {
  const activity = { type: 'Reconciling', reason: 'Deleting' } as const;
  return next(object, { ready: 'False', reason: 'Deleting', message, activity }, wallMs, {
    error: undefined,
  });
}

function next(
  object: EdgeAppVersion,
  summary: Summary,
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
