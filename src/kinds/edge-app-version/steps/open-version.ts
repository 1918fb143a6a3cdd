/** The open attempt of an EdgeAppVersion: how it ended so far, and how the status tells of it. */
import type { Watched } from '../../../runtime/create-protocol/absence-watch.ts';
import type { Attempt } from '../../../runtime/create-protocol/attempt.ts';
import { endOfAttempt, isNameTaken, problemOfEnd } from '../../../runtime/create-protocol/attempt-end.ts';
import { keepAttempt, type OpenAttempt } from '../../../runtime/create-protocol/open-attempt.ts';
import { again } from '../../../runtime/outcome.ts';
import type { EdgeAppVersionStatus } from '../edge-app-version.ts';
import type { VersionPass, VersionResult } from '../pass.ts';
import { failing, suspended } from '../status/status.ts';
import {
  nameReserved,
  outcomeStaysUnknown,
  outcomeUnknown,
  type VersionProblem,
} from '../status/version-problems.ts';

export type OpenVersion = OpenAttempt<EdgeAppVersionStatus, VersionProblem>;

/** @param ended how the create of `attempt` ended; where absent, what the status says of that */
export function toOpenVersion(
  { object, clock, memory, key }: VersionPass,
  attempt: Attempt,
  watched: Watched,
  ended: VersionProblem = problemOfEnd(endOfAttempt(object.status)) ?? outcomeUnknown(attempt),
): OpenVersion {
  return { object, attempt, watched, ended, waitInMs: memory.waitInMs(key, attempt.id), clock };
}

/**
 * @param similar names that were listed and only look like that of the version
 * @returns as `keepAttempt` of the create protocol
 */
export function keepVersionAttempt(
  pass: VersionPass,
  attempt: Attempt,
  watched: Watched,
  similar: readonly string[],
): VersionResult | undefined {
  const { object, clock, settings } = pass;
  if (watched.isProven && object.spec.suspend)
    return { status: suspended(object, clock.wallMs()), outcome: again(watched.nextLookMs()) };
  return keepAttempt(toOpenVersion(pass, attempt, watched), {
    propagationMs: settings.propagationMs,
    toOverdue: (ended) =>
      isNameTaken(ended) && !attempt.unknownBefore
        ? nameReserved(attempt.name, similar)
        : outcomeStaysUnknown(attempt),
    toFailing: (problem, options) => failing(object, problem, options),
  });
}
