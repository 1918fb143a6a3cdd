/** Claim, fence, create, record: one POST, written down before it is sent and after it ended. */
import type { Attempt, VersionStatus } from '../../core/edge-app-version.ts';
import { EsaError } from '../../core/esa-error.ts';
import { toProblem } from '../../core/problem.ts';
import { claimed, failing } from '../../core/status.ts';
import { toTimestamp } from '../../core/timestamp.ts';
import type { EsaApi } from '../../ports.ts';
import { elapsedMs, momentOf } from '../moment.ts';
import type { Outcome } from '../outcome.ts';
import type { SignedRequest } from './intent.ts';
import { afterWrite, again, delayAfter, done, type Pass, retry } from './pass.ts';
import { record } from './record.ts';
import { toSettling } from './settle-version.ts';

export async function createVersion(pass: Pass, api: EsaApi, signed: SignedRequest): Promise<Outcome> {
  const attempt = nextAttempt(pass, signed);
  const isInTime = startFence(pass);
  const result = await pass.client.replaceStatus(
    pass.object,
    claimed(pass.object, attempt, pass.clock.wallMs()),
  );
  const outcome = afterWrite(pass, result, done);
  if (result.kind !== 'written') return outcome;
  // From here on this process knows the attempt, so that its settle delay begins before the call.
  pass.memory.absences.see(pass.key, attempt.id);
  if (!isInTime()) return retry;
  return send({ ...pass, object: result.object }, api, signed, attempt);
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

/** Whether the claim, sent now, is still young and the lease unbroken when asked; by the slower of two clocks. */
function startFence({ clock, term, settings }: Pass): () => boolean {
  const claimedAt = momentOf(clock);
  return () => elapsedMs(clock, claimedAt) < settings.claimDeadlineMs && term.isHeld();
}

async function send(pass: Pass, api: EsaApi, { request }: SignedRequest, attempt: Attempt): Promise<Outcome> {
  try {
    const created = await api.createVersion(request, attempt.id);
    return await recordCreated(pass, api, attempt, created);
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return recordFailure(pass, attempt, error);
  }
}

async function recordCreated(
  pass: Pass,
  api: EsaApi,
  attempt: Attempt,
  created: { readonly versionId: string; readonly requestId: string | undefined },
): Promise<Outcome> {
  const settling = toSettling(pass, {
    ...created,
    versionName: attempt.name,
    versionStatus: await firstStatus(pass, api, created.versionId),
    origin: 'Created',
    fingerprint: attempt.fingerprint,
  });
  return record(pass, attempt, settling.status, settling.outcome);
}

/** What one Get says in the time there is; `creating` where it says nothing. */
async function firstStatus(
  { clock, settings, object }: Pass,
  api: EsaApi,
  versionId: string,
): Promise<VersionStatus> {
  const timeUp = new AbortController();
  const get = api.getVersion(object.spec.appId, versionId).then(
    ({ status }) => status ?? 'creating',
    () => 'creating' as const,
  );
  const wait = clock.sleep(settings.firstGetMs, timeUp.signal).then(() => 'creating' as const);
  const status = await Promise.race([get, wait]);
  // A reason of its own spares the DOMException, with its stack, that an abort without one makes.
  timeUp.abort('the race is over');
  return status;
}

function recordFailure(pass: Pass, attempt: Attempt, error: EsaError): Promise<Outcome> {
  const { object, clock, rules } = pass;
  const classification = rules.classify(error, 'create');
  const problem = toProblem(error, classification);
  const isOver = rules.endsAttempt(attempt, classification.effect);
  const watched = pass.memory.absences.see(pass.key, attempt.id);
  const delayMs = isOver ? delayAfter(pass, problem) : watched.nextLookMs();
  const wallMs = clock.wallMs();
  const status = failing(object, problem, {
    wallMs,
    nextAttemptMs: wallMs + (isOver ? delayMs : watched.provenInMs),
    clearAttempt: isOver,
    fingerprint: attempt.fingerprint,
  });
  return record(pass, attempt, status, again(delayMs));
}
