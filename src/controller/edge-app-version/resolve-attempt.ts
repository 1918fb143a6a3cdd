/** An open attempt whose version is not to be found: what may follow, once its absence is proven. */
import { endOfAttempt } from '../../core/attempt-end.ts';
import type { Attempt, ErrorStatus } from '../../core/edge-app-version.ts';
import { nameReserved, outcomeUnknown } from '../../core/problem.ts';
import { failing, suspended } from '../../core/status.ts';
import type { Watched } from '../absence-watch.ts';
import type { Outcome } from '../outcome.ts';
import { again, conclude, done, fail, failAsBefore, type Pass } from './pass.ts';

/** @param createAnew opens the next attempt; called only when the absence is proven and nothing speaks against it */
export async function resolveAttempt(
  pass: Pass,
  attempt: Attempt,
  watched: Watched,
  createAnew: () => Promise<Outcome> | Outcome,
): Promise<Outcome> {
  if (!watched.isProven) return keepLooking(pass, attempt, watched);
  const { object, clock } = pass;
  const refusal = endOfAttempt(object.status);
  if (refusal && isNameTaken(refusal)) {
    return fail(pass, nameReserved(attempt.name), { clearAttempt: true, fingerprint: attempt.fingerprint });
  }
  if (object.spec.suspend) return conclude(pass, suspended(object, clock.wallMs()), done);
  return refusal && isFinal(refusal) ? failAsBefore(pass, { clearAttempt: true }) : createAnew();
}

function keepLooking(pass: Pass, attempt: Attempt, watched: Watched): Promise<Outcome> {
  const { object, clock } = pass;
  const outcome = again(watched.nextLookMs());
  if (endOfAttempt(object.status)) return Promise.resolve(outcome);
  const wallMs = clock.wallMs();
  const nextAttemptMs = wallMs + watched.provenInMs;
  return conclude(pass, failing(object, outcomeUnknown(attempt), { wallMs, nextAttemptMs }), outcome);
}

function isNameTaken({ code }: ErrorStatus): boolean {
  return ['namealreadyexists', 'parameteralreadyexist'].includes(code.toLowerCase());
}

/** A refusal that stands until a person acts. */
function isFinal({ class: errorClass }: ErrorStatus): boolean {
  return errorClass === 'Terminal' || errorClass === 'Configuration';
}
