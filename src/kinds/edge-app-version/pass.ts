/** One pass over one object: what its steps share, and how each of them ends in a status and an outcome. */
import { isDeepStrictEqual } from 'node:util';
import { findCondition } from '../../api/conditions.ts';
import type { ObjectCache } from '../../api/object-cache.ts';
import type { ObjectClient, WriteResult } from '../../api/object-client.ts';
import type { AppLookups } from '../../cloud/app-lookups.ts';
import type { EsaApi, EsaConnector } from '../../cloud/esa-api.ts';
import { backoffMs } from '../../core/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import { triedAgain } from '../../core/errors/problem.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import type { Issue } from '../../core/schema/issue.ts';
import type { AbsenceRules } from '../../runtime/create-protocol/absence-watch.ts';
import type { Leadership, Term } from '../../runtime/election/leadership.ts';
import { again, done, type Outcome, retry } from '../../runtime/outcome.ts';
import { type CachedVersion, toCached } from './cached-version.ts';
import type { EdgeAppVersion, EdgeAppVersionStatus } from './edge-app-version.ts';
import type { Memory } from './memory.ts';
import { abandonHint, isAsked } from './next-step.ts';
import type { ProtocolRules } from './protocol-rules.ts';
import type { Recorder } from './record.ts';
import type { PackingOptions } from './request/packing.ts';
import { type FailingOptions, failing, shortened, stillFailing } from './status/status.ts';
import { type VersionProblem, whileDeleting } from './status/version-problems.ts';

/** What is assumed about the cloud, and the times that follow from it; all in milliseconds. */
export interface ProtocolSettings {
  /** Names this installation in markers: stable across rebuilds, different for each cluster. */
  readonly ownerId: string;
  /** `refused`: the cloud never holds two versions of one name. `unproven`: nobody knows. */
  readonly duplicateNames: 'refused' | 'unproven';
  readonly packing: PackingOptions;
  readonly absence: AbsenceRules;
  /** A claim older than this is not followed by a create, nor a live read by a delete. */
  readonly claimDeadlineMs: number;
  /** How long after a create its version may stay unseen in lists and reads before the status asks for a person. */
  readonly propagationMs: number;
  /** How long a create waits for the version to be `created` before its id is written. */
  readonly firstGetMs: number;
  /** How often a version that is at rest is looked up again; 0: never. */
  readonly verifyIntervalMs: number;
}

export interface Dependencies {
  readonly cache: ObjectCache<CachedVersion>;
  readonly client: ObjectClient<EdgeAppVersion>;
  readonly esa: EsaConnector;
  /** When the next trial of a credential that the cloud refuses is due, in milliseconds from now. */
  readonly trialInMs: () => number | undefined;
  readonly leadership: Leadership;
  /** What is wrong with an object by the rules of the resource. */
  readonly findIssues: (object: EdgeAppVersion) => readonly Issue[];
  /** The fields of the protocol that the installed CRD would drop. */
  readonly missingFields: () => readonly string[];
  readonly settings: ProtocolSettings;
  readonly rules: ProtocolRules;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Pass extends Dependencies {
  readonly key: string;
  /** The read on which this pass decides. */
  readonly object: EdgeAppVersion;
  /** The term of leadership in which it began. */
  readonly term: Term;
  /** Aborted when the operator stops: nothing new may begin. */
  readonly signal: AbortSignal;
  readonly memory: Memory;
  readonly recorder: Recorder;
  readonly lookupsOf: (api: EsaApi, appId: string) => AppLookups;
}

/** Writes `status` if it differs, on the condition that nobody wrote since this pass read; then `outcome`. */
export async function conclude(pass: Pass, status: EdgeAppVersionStatus, outcome: Outcome): Promise<Outcome> {
  const { client, object } = pass;
  if (isDeepStrictEqual(status, object.status)) return outcome;
  const result = await client.replaceStatus(object, status);
  if (result.kind !== 'tooLarge') return afterWrite(pass, result, outcome);
  return afterWrite(pass, await client.replaceStatus(object, shortened(status)), outcome);
}

/** What a write's result means for the pass; a written object goes into the cache at once. */
export function afterWrite(pass: Pass, result: WriteResult<EdgeAppVersion>, outcome: Outcome): Outcome {
  switch (result.kind) {
    case 'written':
      pass.cache.observe(toCached(result.object));
      pass.logger.info(toFields(result.object), 'Wrote the status');
      return outcome;
    case 'conflict':
      return retry;
    case 'gone':
      return done;
    case 'invalid':
    case 'tooLarge':
      pass.logger.error({ result }, 'The API server refuses the status');
      return retry;
  }
}

function toFields({ metadata, status }: EdgeAppVersion): object {
  const { versionId, requestId, attempt, error, conditions } = status ?? {};
  const reason = findCondition(conditions, 'Ready')?.reason;
  const { generation, resourceVersion } = metadata;
  return {
    generation,
    resourceVersion,
    reason,
    code: error?.code,
    message: error?.message,
    versionId,
    requestId,
    attempt: attempt?.id,
  };
}

/** Ends the pass with a problem of the cloud: says so, and when the next try is. */
export function fail(
  pass: Pass,
  found: VersionProblem,
  options: Pick<FailingOptions, 'isStalled'> & { readonly leastDelayMs?: number } = {},
): Promise<Outcome> {
  const { object, clock } = pass;
  const { problem: patient, tries } = withPatience(pass, found);
  const problem = object.metadata.deletionTimestamp ? whileDeleting(patient, abandonHint(object)) : patient;
  const delayMs = Math.max(delayAfter(pass, problem, tries), options.leastDelayMs ?? 0);
  const wallMs = clock.wallMs();
  const nextAttemptMs = wallMs + (trialOf(pass, problem) ?? delayMs);
  const status = failing(object, problem, { ...options, wallMs, nextAttemptMs });
  return conclude(pass, status, again(delayMs));
}

/** With a refused credential one object tries for all, and wakes them where it gets through: when, in milliseconds. */
export function trialOf({ trialInMs }: Pass, { reason }: VersionProblem): number | undefined {
  return reason === 'CredentialsInvalid' ? trialInMs() : undefined;
}

/** What may pass by itself, although nobody knows what it means, is tried a few times before a person is called. */
function withPatience({ memory, key }: Pass, problem: VersionProblem) {
  if (!problem.triesBefore) return { problem, tries: 0 };
  const tries = memory.countRefusal(key, `${problem.operation} ${problem.code}`);
  return { problem: tries > problem.triesBefore ? problem : triedAgain(problem), tries };
}

/** The same problem as before: nothing moves but the time of the next look. */
export function failAsBefore(pass: Pass): Promise<Outcome> {
  const delayMs = recheckMs(pass);
  const wallMs = pass.clock.wallMs();
  const status = stillFailing(pass.object, { wallMs, nextAttemptMs: wallMs + delayMs });
  return conclude(pass, status, again(delayMs));
}

/**
 * Ends the pass with a problem that only a change of this object or its neighbours can end.
 * @param recheckInMs when to look again; in about an hour where absent
 */
export function refuse(
  pass: Pass,
  problem: VersionProblem,
  recheckInMs = recheckMs(pass),
): Promise<Outcome> | Outcome {
  const { object, clock } = pass;
  const { status, metadata } = object;
  const ready = findCondition(status?.conditions, 'Ready');
  const next = failing(object, problem, { wallMs: clock.wallMs() });
  const isSaid =
    ready?.reason === problem.reason &&
    ready.message === findCondition(next.conditions, 'Ready')?.message &&
    status?.observedGeneration === metadata.generation &&
    !isAsked(object);
  const outcome = again(recheckInMs);
  return isSaid ? outcome : conclude(pass, next, outcome);
}

const hourMs = 3_600_000;

/** An hour, give or take a tenth. */
export function recheckMs({ random }: Pick<Pass, 'random'>): number {
  return hourMs * (0.9 + 0.2 * random.fraction());
}

/**
 * How long until the next try, in milliseconds; a throttled call is given its turn by that.
 * @param tries how often in a row it has failed so, where the status does not count it
 */
export function delayAfter(pass: Pass, problem: VersionProblem, tries = 0): number {
  if (problem.class === 'Terminal' || problem.class === 'Configuration') return recheckMs(pass);
  if (problem.class === 'Throttled') {
    const turnMs = pass.memory.throttlePace.turnInMs(problem.operation, problem.retryAfterMs);
    if (turnMs !== undefined) return turnMs;
  }
  const before = pass.object.status?.error;
  const failures = Math.max(tries, before?.code === problem.code ? before.attempts + 1 : 1);
  return Math.max(problem.retryAfterMs ?? 0, backoffMs(failures, pass.random.fraction()));
}
