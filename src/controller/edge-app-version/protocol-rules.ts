/**
 * The judgements that the promise "exactly once" rests on, in one place, so that a test can put a wrong one in and see
 * the invariants catch it.
 */
import { classify } from '../../core/classify.ts';
import type { Attempt } from '../../core/edge-app-version.ts';
import type { Effect } from '../../core/error-table.ts';
import { judgeVersions } from '../../core/judge-versions.ts';
import type { Clock } from '../../ports.ts';
import { type AbsenceRules, AbsenceWatch } from '../absence-watch.ts';

export interface ProtocolRules {
  readonly classify: typeof classify;
  readonly judgeVersions: typeof judgeVersions;
  /** Whether a create that ended with this effect ends its attempt. */
  readonly endsAttempt: (attempt: Attempt, effect: Effect) => boolean;
  readonly createAbsenceWatch: (clock: Clock, rules: AbsenceRules) => AbsenceWatch;
}

export const protocolRules: ProtocolRules = {
  classify,
  judgeVersions,
  /** A refusal surely created nothing; but where an earlier attempt ended unknown, that one may still show. */
  endsAttempt: (attempt, effect) => effect === 'none' && !attempt.unknownBefore,
  createAbsenceWatch: (clock, rules) => new AbsenceWatch(clock, rules),
};
