/** Every object has come to rest, and its status says what the cloud says. */
import { findCondition, isStalled } from '../../src/api/conditions.ts';
import type { EdgeAppVersion, Reason } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import { brokenRules } from '../support/status-rules.ts';
import type { Evidence } from './evidence.ts';
import { fingerprintOf, keyOf, nameOf, targetOf } from './judge-content.ts';
import type { VersionLife } from './judge-lives.ts';

export function brokenStatuses(evidence: Evidence, lives: readonly VersionLife[]): string[] {
  return evidence.objects.flatMap((object) => [
    ...unsettled(object).map((what) => `unsettled: ${keyOf(object)} ${what}`),
    ...[
      ...untrueVersion(object, evidence),
      ...untrueError(object, evidence),
      ...untrueFinding(object, evidence, lives),
    ].map((what) => `untrueStatus: ${keyOf(object)} ${what}`),
  ]);
}

/** What a person has to act on. */
const stalledReasons: readonly Reason[] = [
  'Ambiguous',
  'BuildFailed',
  'CredentialsInvalid',
  'PermissionDenied',
  'AppNotFound',
  'InvalidRequest',
  'Conflict',
  'NameReserved',
  'DuplicateVersion',
  'VersionMissing',
  'DeleteRefused',
  'InUse',
];

function unsettled(object: EdgeAppVersion): readonly string[] {
  const { metadata, spec, status } = object;
  const ready = findCondition(status?.conditions, 'Ready');
  const stalled = findCondition(status?.conditions, 'Stalled');
  const needsPerson = stalled?.status === 'True' && stalledReasons.includes(stalled.reason);
  const isSuspended = spec.suspend === true && ready?.reason === 'Suspended';
  const isReady = ready?.status === 'True' && !metadata.deletionTimestamp;
  return [
    ...(isReady || needsPerson || isSuspended ? [] : [`is ${ready?.status}/${ready?.reason}`]),
    ...(status?.observedGeneration === metadata.generation ? [] : ['has not seen its spec']),
    ...brokenRules(object).map((rule) => `breaks the rule: ${rule}`),
  ];
}

function untrueVersion(object: EdgeAppVersion, { versions, calls }: Evidence): string[] {
  const { versionId, versionName, versionStatus, origin, fingerprint, attempt, requestId, conditions } =
    object.status ?? {};
  const version = versions.find((candidate) => candidate.versionId === versionId);
  const ready = findCondition(conditions, 'Ready');
  const hasId = versionId !== undefined;
  const claims: [string, boolean][] = [
    ['has an open attempt', attempt !== undefined && !mayStayOpen(object, attempt)],
    ['has an origin or a versionStatus and no id', !hasId && (origin ?? versionStatus) !== undefined],
    ['has an id of no origin', hasId && !origin],
    ['is called by another name', hasId && versionName !== nameOf(object)],
    ['has another fingerprint', hasId && fingerprint !== fingerprintOf(object)],
    [`says ${versionStatus}`, version !== undefined && versionStatus !== version.status],
    [`is Ready as ${ready?.reason}`, ready?.status === 'True' && ready.reason !== origin],
    [`names the request ${requestId}`, !isAnswered(calls, requestId)],
  ];
  return claims.filter(([, isUntrue]) => isUntrue).map(([what]) => what);
}

/** While a person is told how an attempt ended, the operator goes on looking for what it may have created. */
function mayStayOpen({ status }: EdgeAppVersion, attempt: Attempt): boolean {
  const { attemptId, operation } = status?.error ?? {};
  // A lookup that meets a version of others is told while nobody knows how the attempt ended.
  const isItsEnd = attemptId === attempt.id || operation === 'ListEdgeContainerAppVersions';
  const isTold = isStalled(status?.conditions) && isItsEnd;
  return isTold || findCondition(status?.conditions, 'Ready')?.reason === 'Suspended';
}

function isAnswered(calls: Evidence['calls'], requestId: string | undefined): boolean {
  return requestId === undefined || calls.some((call) => call.requestId === requestId);
}

/** An error with a RequestId is an answer in the log; one without is a finding of the operator's own. */
function untrueError({ status }: EdgeAppVersion, { calls }: Evidence): string[] {
  const { error } = status ?? {};
  if (!error) return [];
  const { code, operation, requestId } = error;
  if (!requestId)
    return code in findings || ownCodes.includes(code) ? [] : [`tells ${code}, which nobody answered`];
  const answer = calls.find((call) => call.requestId === requestId);
  const isSame = answer?.action === operation && (answer.outcome.code ?? code) === code;
  return isSame ? [] : [`tells ${code} of ${operation} by ${requestId}, which was no such answer`];
}

/** Findings that rest on no state of the cloud. */
const ownCodes: readonly string[] = ['InvalidRequest', 'DeleteRefused'];

interface Surroundings {
  readonly objects: readonly EdgeAppVersion[];
  readonly version: VersionLife | undefined;
  readonly named: readonly VersionLife[];
  readonly ownerId: string;
}

/** What must be so in the cloud for a finding to be true. */
const findings: Readonly<Record<string, (object: EdgeAppVersion, of: Surroundings) => boolean>> = {
  BuildFailed: (_object, { version }) => version?.now?.status === 'failed',
  VersionMissing: (_object, { version }) => !version?.now,
  InUse: (_object, { version }) => version?.now?.isPublished === true,
  NameReserved: (_object, { named }) => named.every(({ now }) => !now),
  DuplicateVersion: (object, { named, ownerId }) =>
    named.filter(({ mark }) => mark?.ownerId === ownerId && mark.key === keyOf(object)).length > 1,
  Conflict: (object, { named, objects }) =>
    object.status?.error?.operation === 'Validate'
      ? objects.some((other) => other !== object && targetOf(other) === targetOf(object))
      : named.length > 0,
};

function untrueFinding(
  object: EdgeAppVersion,
  { objects, ownerId }: Evidence,
  lives: readonly VersionLife[],
): string[] {
  const { error, versionId } = object.status ?? {};
  const isTrue = error && !error.requestId ? findings[error.code] : undefined;
  if (!error || !isTrue) return [];
  const named = lives.filter(({ appId, name }) => appId === object.spec.appId && name === nameOf(object));
  const version = lives.find((life) => life.versionId === versionId);
  return isTrue(object, { objects, version, named, ownerId }) ? [] : [`tells ${error.code}, which is not so`];
}
