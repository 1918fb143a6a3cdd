/** What the status of any kind says of its attempts. */
import type { BaseReason, Changes, ReasonOf, Stateful } from '../../api/base-status.ts';
import { nextStatus } from '../../api/next-status.ts';
import { type Attempt, type AttemptStatus, unclearInRow } from './attempt.ts';

/** The claim: the attempt is open from here on, in the place of one that came to nothing. */
export function claimedStatus<S extends AttemptStatus>(
  object: Stateful<S>,
  attempt: Attempt,
  message: string,
  wallMs: number,
  changes: Changes<S> = {},
): S {
  const reason: BaseReason = 'Progressing';
  const activity = { type: 'Reconciling', reason: reason as ReasonOf<S> } as const;
  const unclear = unclearInRow(object.status);
  const claim: Changes<AttemptStatus> = {
    attempt,
    attempts: attempt.number,
    unclearAttempts: unclear === 0 ? undefined : unclear,
  };
  return nextStatus(object, { ready: 'Unknown', reason: reason as ReasonOf<S>, message, activity }, wallMs, {
    ...(claim as Changes<S>),
    ...changes,
  });
}
