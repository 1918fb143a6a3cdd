/** What a step came to, which the frame then does: first the write, then the outcome. */
import type { Outcome } from './outcome.ts';

/**
 * @typeParam O the object as the API server sends it
 * @typeParam S its status
 */
export interface StepResult<O, S> {
  /** Written where it differs from the stored one. */
  readonly status?: S;
  /** What `status` rests on: it is written only if nobody wrote since. The object of the pass where absent. */
  readonly object?: O;
  readonly outcome: Outcome;
  /** Nothing is left for which the finalizer stands: it is removed, and `status` is not looked at. */
  readonly isReleased?: true;
}
