/**
 * An open attempt whose version is not found. It ends only by a version, or by a refusal that surely created nothing; until
 * then the operator looks for the version, and after the absence is proven it may try again under the same name.
 */

import { findCondition, isStalled } from '../../../api/conditions.ts';
import { isAsked } from '../../../api/requested-at.ts';
import type { Watched } from '../../../runtime/create-protocol/absence-watch.ts';
import {
  type Attempt,
  paceOfAttempts,
  unclearEndsBeforeStalled,
  unclearInRow,
} from '../../../runtime/create-protocol/attempt.ts';
import { again } from '../../../runtime/outcome.ts';
import type { EdgeAppVersion } from '../edge-app-version.ts';
import { recheckMs } from '../fail.ts';
import type { VersionPass, VersionResult } from '../pass.ts';
import { endOfAttempt, isNameTaken, problemOfAttempt } from '../status/attempt-end.ts';
import { failing, suspended } from '../status/status.ts';
import { nameReserved, outcomeStaysUnknown, type VersionProblem } from '../status/version-problems.ts';

/**
 * What a pass does about an open attempt after a lookup that did not find its version.
 * @param similar names that were listed and only look like that of the version
 * @returns undefined once the absence is proven and nothing speaks against the next attempt
 */
export function keepAttempt(
  pass: VersionPass,
  attempt: Attempt,
  watched: Watched,
  similar: readonly string[],
): VersionResult | undefined {
  const { object, clock } = pass;
  if (watched.isProven && object.spec.suspend)
    return { status: suspended(object, clock.wallMs()), outcome: again(watched.nextLookMs()) };
  const problem = problemOfAttempt(attempt, endOfAttempt(object.status));
  const isDue = nextTryMs(pass, attempt, problem, watched) <= clock.wallMs();
  return watched.isProven && isDue ? undefined : keepLooking({ ...pass, similar }, attempt, watched, problem);
}

interface FruitlessPass extends VersionPass {
  readonly similar: readonly string[];
}

/** When the next attempt may begin, in milliseconds since the Unix epoch; infinite where none does by itself. */
export function nextTryMs(
  pass: VersionPass,
  attempt: Attempt,
  problem: VersionProblem,
  watched: Watched,
): number {
  const { object, clock, memory, key } = pass;
  const isWanted = isAsked(object) && !isNameTaken(problem);
  const pauseMs = isWanted ? 0 : pauseAfter(object, problem);
  const waitMs = isWanted ? 0 : memory.waitInMs(key, attempt.id);
  const nowMs = clock.wallMs();
  // A clock that was set back must not stretch the pause.
  const startedMs = Math.min(Date.parse(attempt.startedAt), nowMs);
  return Math.max(startedMs + pauseMs, nowMs + waitMs, watched.isProven ? 0 : nowMs + watched.provenInMs);
}

/** From the beginning of an attempt that ended so to the next one, in milliseconds. */
function pauseAfter({ status }: EdgeAppVersion, problem: VersionProblem): number {
  if (isNameTaken(problem) || problem.class === 'Terminal') return Number.POSITIVE_INFINITY;
  if (problem.class === 'Configuration') return recheckMs({ random: middle });
  return paceOfAttempts(unclearInRow(status));
}

/** A time that is shown must be the same on each pass. */
const middle = { fraction: () => 0.5, uuid: () => '' };

/** Whether a person should know that attempts end unclear again and again, although the operator goes on. */
export function isToBeStalled({ status }: EdgeAppVersion, problem: VersionProblem): boolean {
  const isUnclear = problem.class === 'Ambiguous' || problem.class === 'Transient';
  return isUnclear && unclearInRow(status) >= unclearEndsBeforeStalled;
}

function keepLooking(
  pass: FruitlessPass,
  attempt: Attempt,
  watched: Watched,
  ended: VersionProblem,
): VersionResult {
  const { object, clock } = pass;
  const wallMs = clock.wallMs();
  const tryMs = nextTryMs(pass, attempt, ended, watched);
  const outcome = again(Math.min(watched.nextLookMs(), Math.max(1000, tryMs - wallMs)));
  const problem = overdueProblem(pass, attempt, ended) ?? ended;
  const isOverdue = problem !== ended;
  const mustBeStalled = isOverdue || isToBeStalled(object, ended);
  const end = endOfAttempt(object.status);
  if (end && isSaid(object, problem, mustBeStalled)) return { outcome };
  const status = failing(object, problem, {
    wallMs,
    nextAttemptMs: tryMs,
    isStalled: mustBeStalled,
    ends: end ? undefined : attempt,
  });
  return { status, outcome };
}

/** Once the propagation time is over, what a person should know of an attempt that no other one follows. */
function overdueProblem(
  pass: FruitlessPass,
  attempt: Attempt,
  ended: VersionProblem,
): VersionProblem | undefined {
  const { settings, clock } = pass;
  const isOver = clock.wallMs() - Date.parse(attempt.startedAt) >= settings.propagationMs;
  if (!isOver) return undefined;
  if (isNameTaken(ended))
    return attempt.unknownBefore ? outcomeStaysUnknown(attempt) : nameReserved(attempt.name, pass.similar);
  return ended.class === 'Terminal' ? outcomeStaysUnknown(attempt) : undefined;
}

function isSaid(object: EdgeAppVersion, problem: VersionProblem, mustBeStalled: boolean): boolean {
  const { status, metadata } = object;
  const isSame = findCondition(status?.conditions, 'Ready')?.reason === problem.reason;
  const needsPerson = mustBeStalled || problem.class === 'Terminal' || problem.class === 'Configuration';
  return (
    isSame &&
    isStalled(status?.conditions) === needsPerson &&
    status?.observedGeneration === metadata.generation &&
    !isAsked(object)
  );
}
