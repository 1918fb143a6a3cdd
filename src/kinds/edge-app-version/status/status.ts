/** Every status of an EdgeAppVersion that the operator writes, built from the one before; pure. */

import type { Changes, ErrorStatus } from '../../../api/base-status.ts';
import type { Summary } from '../../../api/conditions.ts';
import {
  type FailingStatusOptions,
  failingStatus,
  maxRequestIdLength,
  type NextTry,
  stillFailingStatus,
  withNextTry,
} from '../../../api/failing-status.ts';
import { nextStatus, waitingStatus } from '../../../api/next-status.ts';
import type { VersionStatus } from '../../../cloud/operations/version-summary.ts';
import { present } from '../../../core/json/present.ts';
import { cutText } from '../../../core/text/cut-text.ts';
import { toTimestamp } from '../../../core/text/timestamp.ts';
import type { Attempt } from '../../../runtime/create-protocol/attempt.ts';
import { endOfAttempt } from '../../../runtime/create-protocol/attempt-end.ts';
import { claimedStatus } from '../../../runtime/create-protocol/attempt-status.ts';
import type { EdgeAppVersion, EdgeAppVersionStatus, Origin, Reason } from '../edge-app-version.ts';
import { buildFailed, type VersionProblem } from './version-problems.ts';

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
  const { name, fingerprint, number } = attempt;
  const message = `creating version ${name} (attempt ${number})`;
  return withoutHelpUrl(claimedStatus(object, attempt, message, wallMs, { versionName: name, fingerprint }));
}

/** The version is there; Ready as far as its build is. */
export function recorded(
  object: EdgeAppVersion,
  known: KnownVersion,
  { wallMs, nextAttemptMs }: NextTry,
): EdgeAppVersionStatus {
  const { status, metadata } = object;
  const now = toTimestamp(wallMs);
  const changes: Changes<EdgeAppVersionStatus> = {
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

export interface FailingOptions extends NextTry, Pick<FailingStatusOptions, 'isStalled'> {
  /** The attempt whose create ended with this problem. */
  readonly ends?: Attempt | undefined;
  /** Nothing came of that attempt, for sure: it is open no longer. */
  readonly isOver?: boolean;
}

/**
 * The problem, its remedy and the time of the next try. While an attempt is open the error with which its create ended
 * stays, whatever goes wrong with the lookups for it: the conditions tell that.
 */
export function failing(
  object: EdgeAppVersion,
  problem: VersionProblem,
  { ends, isOver, ...options }: FailingOptions,
): EdgeAppVersionStatus {
  const kept = ends ? undefined : endOfAttempt(object.status);
  const status = failingStatus(
    object,
    problem,
    { ...options, attemptId: ends?.id, kept },
    {
      requestId: toRequestId(problem) ?? object.status?.requestId,
      ...(ends && { fingerprint: ends.fingerprint }),
      ...(isOver && { attempt: undefined, unclearAttempts: undefined }),
    },
  );
  return withoutHelpUrl(status);
}

/** As in the error. */
function toRequestId({ requestId }: VersionProblem): string | undefined {
  return requestId && cutText(requestId, maxRequestIdLength);
}

/** The same problem as before, looked at once more: only the time of the next try moves. */
export function stillFailing(object: EdgeAppVersion, options: NextTry): EdgeAppVersionStatus {
  return withoutHelpUrl(stillFailingStatus(object, options));
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
  return end && withNextTry(end, undefined);
}

const creationSuspended = 'spec.suspend is set; unset it to resume: nothing is created or deleted until then';
const deletionSuspended = `spec.suspend is set, so the version is not deleted and this object stays; ${[
  'unset it to delete the version',
  'or set deletionPolicy: Retain or the annotation esa.alibabacloud.com/abandon: "true" to keep the version',
].join(', ')}`;

/** Waiting for something that only needs time. */
export function waiting(object: EdgeAppVersion, message: string, wallMs: number): EdgeAppVersionStatus {
  return withoutHelpUrl(waitingStatus(object, message, wallMs, { error: endToKeep(object.status) }));
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
  changes: Changes<EdgeAppVersionStatus>,
): EdgeAppVersionStatus {
  return withoutHelpUrl(nextStatus(object, summary, wallMs, changes));
}

/** Release 0.1 wrote a link to an address that is not the project's. */
function withoutHelpUrl(status: EdgeAppVersionStatus): EdgeAppVersionStatus {
  const { error } = status;
  if (!error || !('helpUrl' in error)) return status;
  return { ...status, error: present({ ...error, helpUrl: undefined }) };
}
