/** Claim, fence, create, record: one POST, written down before it is sent and after it ended. */

import type { EsaApi, VersionStatus } from '../../../cloud/esa-api.ts';
import { EsaError } from '../../../core/errors/esa-error.ts';
import { toProblem } from '../../../core/errors/problem.ts';
import { toTimestamp } from '../../../core/text/timestamp.ts';
import { elapsedMs, momentOf } from '../../../runtime/moment.ts';
import { again, done, type Outcome, retry } from '../../../runtime/outcome.ts';
import type { Attempt, EdgeAppVersion } from '../edge-app-version.ts';
import type { SignedRequest } from '../intent.ts';
import { afterWrite, conclude, delayAfter, fail, type Pass, trialOf } from '../pass.ts';
import { isNameTaken } from '../status/attempt-end.ts';
import { claimed, failing, waiting } from '../status/status.ts';
import { notStored } from '../status/version-problems.ts';
import { isToBeStalled, nextTryMs } from './resolve-attempt.ts';
import { toSettling } from './settle-version.ts';

const heldUpPauseMs = 5000;

export async function createVersion(pass: Pass, api: EsaApi, signed: SignedRequest): Promise<Outcome> {
  const { object, memory, recorder, missingFields } = pass;
  const missing = missingFields();
  if (missing.length > 0) return fail(pass, notStored(missing.join(', ')));
  if (recorder.isHeldUp(object.metadata.namespace)) return again(heldUpPauseMs);
  const waitMs = memory.trials.waitMs;
  if (waitMs > 0) return waitForTrial(pass, waitMs);
  return memory.trials.run((report) => claim(pass, api, signed, report));
}

/** Nobody knows how the last creates of the account ended, so one at a time finds out whether that has changed. */
function waitForTrial(pass: Pass, waitMs: number): Promise<Outcome> | Outcome {
  const { object, clock } = pass;
  if (object.status?.attempt) return again(waitMs);
  const message = 'waiting for the end of another create, as the last ones of this account ended unclear';
  return conclude(pass, waiting(object, message, clock.wallMs()), again(waitMs));
}

type Report = (isClear: boolean) => void;

async function claim(pass: Pass, api: EsaApi, signed: SignedRequest, report: Report): Promise<Outcome> {
  const { client, object, clock, memory, key } = pass;
  const attempt = nextAttempt(pass, signed);
  const isInTime = startFence(pass);
  const result = await client.replaceStatus(object, claimed(object, attempt, clock.wallMs()));
  const outcome = afterWrite(pass, result, done);
  if (result.kind !== 'written') return outcome;
  const after = { ...pass, object: result.object };
  if (!isStored(attempt, result.object)) return fail(after, notStored('status.attempt'));
  // From here on this process knows the attempt, so that its settle delay begins before the call.
  memory.absences.see(key, attempt.id);
  if (!isInTime()) return retry;
  return send(after, api, signed, attempt, report);
}

function nextAttempt(pass: Pass, { request, fingerprint }: SignedRequest): Attempt {
  const { object, random, clock } = pass;
  const before = object.status?.attempt;
  return {
    id: random.uuid(),
    uid: object.metadata.uid,
    number: (object.status?.attempts ?? 0) + 1,
    name: request.Name,
    fingerprint,
    startedAt: toTimestamp(clock.wallMs()),
    unknownBefore: before !== undefined,
  };
}

/** A claim counts only as far as the API server's own response shows it. */
function isStored({ id, fingerprint, number }: Attempt, { status }: EdgeAppVersion): boolean {
  const stored = status?.attempt;
  return stored?.id === id && stored.fingerprint === fingerprint && status?.attempts === number;
}

/** Whether the claim, sent now, is still young and the lease unbroken when asked; by the slower of two clocks. */
function startFence({ clock, term, settings }: Pass): () => boolean {
  const claimedAt = momentOf(clock);
  return () => elapsedMs(clock, claimedAt) < settings.claimDeadlineMs && term.isHeld();
}

async function send(
  pass: Pass,
  api: EsaApi,
  { request }: SignedRequest,
  attempt: Attempt,
  report: Report,
): Promise<Outcome> {
  const created = await api.createVersion(request, attempt.id).catch(onlyEsaError);
  if (created instanceof EsaError) return recordFailure(pass, attempt, created, report);
  report(true);
  return recordCreated(pass, api, attempt, created);
}

function onlyEsaError(error: unknown): EsaError {
  if (error instanceof EsaError) return error;
  throw error;
}

async function recordCreated(
  pass: Pass,
  api: EsaApi,
  attempt: Attempt,
  created: { readonly versionId: string; readonly requestId: string | undefined },
): Promise<Outcome> {
  const { key, recorder } = pass;
  const settling = toSettling(pass, {
    ...created,
    versionName: attempt.name,
    versionStatus: await firstStatus(pass, api, created.versionId),
    origin: 'Created',
    fingerprint: attempt.fingerprint,
  });
  return recorder.record({ key, attempt, ...settling });
}

/** What one Get says in the time there is; undefined where it says nothing. */
async function firstStatus(
  { clock, settings, object }: Pass,
  api: EsaApi,
  versionId: string,
): Promise<VersionStatus | undefined> {
  const timeUp = new AbortController();
  const get = api.getVersion(object.spec.appId, versionId).then(
    ({ status }) => status ?? 'creating',
    () => undefined,
  );
  const wait = clock.sleep(settings.firstGetMs, timeUp.signal).then(() => undefined);
  const status = await Promise.race([get, wait]);
  // A reason of its own spares the DOMException, with its stack, that an abort without one makes.
  timeUp.abort('the race is over');
  return status;
}

function recordFailure(pass: Pass, attempt: Attempt, error: EsaError, report: Report): Promise<Outcome> {
  const { key, object, clock, rules, memory, recorder } = pass;
  const classification = rules.classify(error, 'create');
  report(classification.effect === 'none' || isNameTaken(error));
  const problem = toProblem(error, classification);
  const isOver = rules.endsAttempt(attempt, classification.effect);
  const watched = memory.absences.see(key, attempt.id);
  if (problem.retryAfterMs) memory.waitAfter(key, attempt.id, problem.retryAfterMs);
  const delayMs = isOver ? delayAfter(pass, problem) : watched.nextLookMs();
  const wallMs = clock.wallMs();
  const status = failing(object, problem, {
    wallMs,
    nextAttemptMs: isOver
      ? wallMs + (trialOf(pass, problem) ?? delayMs)
      : nextTryMs(pass, attempt, problem, watched),
    isStalled: !isOver && isToBeStalled(object, problem),
    isOver,
    ends: attempt,
  });
  return recorder.record({ key, attempt, status, outcome: again(delayMs) });
}
