/** Claim, fence, send, record: one call, written down before it is sent and after it ended. */
import type { KubeObject } from '../../api/kube-object.ts';
import type { ObjectClient } from '../../api/object-client.ts';
import type { Clock } from '../../core/clock.ts';
import { EsaError } from '../../core/errors/esa-error.ts';
import type { Random } from '../../core/random.ts';
import type { ObjectWrites } from '../object-writes.ts';
import { done, type Outcome, retry } from '../outcome.ts';
import type { Pass } from '../reconcile-object.ts';
import type { StepResult } from '../step-result.ts';
import type { AbsenceWatch } from './absence-watch.ts';
import { type Attempt, type AttemptStatus, type Intent, isClaimStored, nextAttempt } from './attempt.ts';
import { startFence } from './fence.ts';
import type { RecordedObject, Recorder } from './recorder.ts';

/** How an attempt ended: the status that says so, and what follows once it is written. */
export interface AttemptEnd<S> {
  readonly status: S;
  readonly outcome: Outcome;
}

/**
 * What a kind gives for one create.
 * @typeParam T what the call returns
 */
export interface Creation<O, S, T> {
  readonly intent: Intent;
  /** The status that claims the attempt. */
  readonly toClaimed: (attempt: Attempt) => S;
  /** Sends the call once, with the attempt's id as its nonce. @throws EsaError */
  readonly send: (attempt: Attempt) => Promise<T>;
  /** @param object as the claim left it; so it is for the others */
  readonly toCreated: (object: O, attempt: Attempt, response: T) => Promise<AttemptEnd<S>>;
  readonly toFailed: (object: O, attempt: Attempt, error: EsaError) => AttemptEnd<S>;
  /** The API server accepted the claim and did not keep it. */
  readonly toNotStored: (object: O) => StepResult<O, S>;
}

export interface CreateContext<O extends RecordedObject<S>, C extends KubeObject, S extends AttemptStatus>
  extends Pass<O> {
  readonly client: ObjectClient<O>;
  readonly writes: ObjectWrites<O, C, S>;
  readonly recorder: Recorder<O, S>;
  readonly absences: AbsenceWatch;
  /** A claim older than this is not followed by a call, in milliseconds. */
  readonly claimDeadlineMs: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Whatever it comes to is written when this returns, or waits in the recorder: the result has no status but where nothing was sent. */
export async function createOnce<
  O extends RecordedObject<S>,
  C extends KubeObject,
  S extends AttemptStatus,
  T,
>(context: CreateContext<O, C, S>, creation: Creation<O, S, T>): Promise<StepResult<O, S>> {
  const { object, key, client, writes, recorder, absences, clock, term, logger } = context;
  const attempt = nextAttempt(object, creation.intent, context);
  const isOpen = startFence(clock, term, context.claimDeadlineMs);
  const claim = await client.replaceStatus(object, creation.toClaimed(attempt));
  const outcome = writes.apply(claim, done, logger);
  if (claim.kind !== 'written') return { outcome };
  const claimed = claim.object;
  if (!isClaimStored(attempt, claimed)) return creation.toNotStored(claimed);
  // From here on this process knows the attempt, so that its settle delay begins before the call.
  absences.see(key, attempt.id);
  if (!isOpen()) return { outcome: retry };
  const response = await creation.send(attempt).catch(onlyEsaError);
  const end =
    response instanceof EsaError
      ? creation.toFailed(claimed, attempt, response)
      : await creation.toCreated(claimed, attempt, response);
  return { outcome: await recorder.record({ key, attempt, claimed, ...end }) };
}

function onlyEsaError(error: unknown): EsaError {
  if (error instanceof EsaError) return error;
  throw error;
}
