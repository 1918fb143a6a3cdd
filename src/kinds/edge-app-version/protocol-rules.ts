/**
 * The judgements that the promise "exactly once" rests on, in one place, so that a test can put a wrong one in and see
 * the invariants catch it.
 */

import type { Clock } from '../../core/clock.ts';
import { classify } from '../../core/errors/classify.ts';
import type { Effect } from '../../core/errors/error-table.ts';
import { type AbsenceRules, AbsenceWatch } from '../../runtime/create-protocol/absence-watch.ts';
import type { Attempt } from '../../runtime/create-protocol/attempt.ts';
import { judgeVersions } from './judge-versions.ts';

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
