/** How a pass ends that met a problem: the status that says so, and when the next one is. */
import { findCondition } from '../../api/conditions.ts';
import { isAsked } from '../../api/requested-at.ts';
import { backoffMs } from '../../core/backoff.ts';
import { triedAgain } from '../../core/errors/problem.ts';
import { again } from '../../runtime/outcome.ts';
import { recheckMs } from '../../runtime/recheck.ts';
import { abandonHint } from './next-step.ts';
import type { VersionPass, VersionResult } from './pass.ts';
import { type FailingOptions, failing, stillFailing } from './status/status.ts';
import { type VersionProblem, whileDeleting } from './status/version-problems.ts';

/** Ends the pass with a problem of the cloud: says so, and when the next try is. */
export function fail(
  pass: VersionPass,
  found: VersionProblem,
  options: Pick<FailingOptions, 'isStalled'> & { readonly leastDelayMs?: number } = {},
): VersionResult {
  const { object, clock } = pass;
  const { problem: patient, tries } = withPatience(pass, found);
  const problem = object.metadata.deletionTimestamp ? whileDeleting(patient, abandonHint(object)) : patient;
  const delayMs = Math.max(delayAfter(pass, problem, tries), options.leastDelayMs ?? 0);
  const wallMs = clock.wallMs();
  const nextAttemptMs = wallMs + (trialOf(pass, problem) ?? delayMs);
  const status = failing(object, problem, { ...options, wallMs, nextAttemptMs });
  return { status, outcome: again(delayMs) };
}

/** With a refused credential one object tries for all, and wakes them where it gets through: when, in milliseconds. */
export function trialOf({ accounts, object }: VersionPass, { reason }: VersionProblem): number | undefined {
  if (reason !== 'CredentialsInvalid') return undefined;
  return accounts.known(object.metadata.namespace)?.breaker.trialInMs;
}

/** What may pass by itself, although nobody knows what it means, is tried a few times before a person is called. */
function withPatience({ memory, key }: VersionPass, problem: VersionProblem) {
  if (!problem.triesBefore) return { problem, tries: 0 };
  const tries = memory.countRefusal(key, `${problem.operation} ${problem.code}`);
  return { problem: tries > problem.triesBefore ? problem : triedAgain(problem), tries };
}

/** The same problem as before: nothing moves but the time of the next look. */
export function failAsBefore(pass: VersionPass): VersionResult {
  const delayMs = recheckMs(pass);
  const wallMs = pass.clock.wallMs();
  const status = stillFailing(pass.object, { wallMs, nextAttemptMs: wallMs + delayMs });
  return { status, outcome: again(delayMs) };
}

/**
 * Ends the pass with a problem that only a change of this object or its neighbours can end.
 * @param recheckInMs when to look again; in about an hour where absent
 */
export function refuse(
  pass: VersionPass,
  problem: VersionProblem,
  recheckInMs = recheckMs(pass),
): VersionResult {
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
  return isSaid ? { outcome } : { status: next, outcome };
}

/**
 * How long until the next try, in milliseconds; a throttled call is given its turn by that.
 * @param tries how often in a row it has failed so, where the status does not count it
 */
export function delayAfter(pass: VersionPass, problem: VersionProblem, tries = 0): number {
  if (problem.class === 'Terminal' || problem.class === 'Configuration') return recheckMs(pass);
  if (problem.class === 'Throttled') {
    const account = pass.accounts.known(pass.object.metadata.namespace);
    const turnMs = account?.pace.turnInMs(problem.operation, problem.retryAfterMs);
    if (turnMs !== undefined) return turnMs;
  }
  const before = pass.object.status?.error;
  const failures = Math.max(tries, before?.code === problem.code ? before.attempts + 1 : 1);
  return Math.max(problem.retryAfterMs ?? 0, backoffMs(failures, pass.random.fraction()));
}
