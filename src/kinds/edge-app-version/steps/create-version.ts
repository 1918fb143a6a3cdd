/** The one create of a version: what is checked before it, and what its end means for the status. */

import type { Account } from '../../../cloud/account.ts';
import { createVersion as createVersionCall } from '../../../cloud/operations/create-version.ts';
import { getVersion } from '../../../cloud/operations/get-version.ts';
import type { VersionStatus } from '../../../cloud/operations/version-summary.ts';
import type { EsaError } from '../../../core/errors/esa-error.ts';
import { toProblem } from '../../../core/errors/problem.ts';
import type { Attempt } from '../../../runtime/create-protocol/attempt.ts';
import { isNameTaken } from '../../../runtime/create-protocol/attempt-end.ts';
import { type AttemptEnd, createOnce } from '../../../runtime/create-protocol/create-once.ts';
import { isToBeStalled, nextTryMs } from '../../../runtime/create-protocol/open-attempt.ts';
import { again } from '../../../runtime/outcome.ts';
import type { EdgeAppVersion, EdgeAppVersionStatus } from '../edge-app-version.ts';
import { delayAfter, fail, trialOf } from '../fail.ts';
import type { MarkedRequest } from '../intent.ts';
import type { VersionPass, VersionResult } from '../pass.ts';
import { claimed, failing, waiting } from '../status/status.ts';
import { notStored } from '../status/version-problems.ts';
import { toOpenVersion } from './open-version.ts';
import { settleVersion } from './settle-version.ts';

const heldUpPauseMs = 5000;

export async function createVersion(
  pass: VersionPass,
  account: Account,
  marked: MarkedRequest,
): Promise<VersionResult> {
  const { object, recorder, missingFields } = pass;
  const missing = missingFields();
  if (missing.length > 0) return fail(pass, notStored(missing.join(', ')));
  if (recorder.isHeldUp(object.metadata.namespace)) return { outcome: again(heldUpPauseMs) };
  const waitMs = account.trials.waitMs;
  if (waitMs > 0) return waitForTrial(pass, waitMs);
  return account.trials.run((report) => create(pass, account, marked, report));
}

/** Nobody knows how the last creates of the account ended, so one at a time finds out whether that has changed. */
function waitForTrial({ object, clock }: VersionPass, waitMs: number): VersionResult {
  const outcome = again(waitMs);
  if (object.status?.attempt) return { outcome };
  const message = 'waiting for the end of another create, as the last ones of this account ended unclear';
  return { status: waiting(object, message, clock.wallMs()), outcome };
}

type Report = (isClear: boolean) => void;

function create(
  pass: VersionPass,
  account: Account,
  { request, fingerprint }: MarkedRequest,
  report: Report,
): Promise<VersionResult> {
  const { clock, settings, memory } = pass;
  const on = (object: EdgeAppVersion): VersionPass => ({ ...pass, object });
  return createOnce(
    { ...pass, absences: memory.absences, claimDeadlineMs: settings.claimDeadlineMs },
    {
      intent: { name: request.Name, fingerprint },
      toClaimed: (attempt) => claimed(pass.object, attempt, clock.wallMs()),
      send: (attempt) => account.send(createVersionCall(request, attempt.id)),
      toCreated(object, attempt, created) {
        report(true);
        return afterCreate(on(object), account, attempt, created);
      },
      toFailed: (object, attempt, error) => afterFailure(on(object), attempt, error, report),
      toNotStored: (object) => ({ ...fail(on(object), notStored('status.attempt')), object }),
    },
  );
}

async function afterCreate(
  pass: VersionPass,
  account: Account,
  attempt: Attempt,
  created: { readonly versionId: string; readonly requestId: string | undefined },
): Promise<AttemptEnd<EdgeAppVersionStatus>> {
  return settleVersion(pass, {
    ...created,
    versionName: attempt.name,
    versionStatus: await firstStatus(pass, account, created.versionId),
    origin: 'Created',
    fingerprint: attempt.fingerprint,
  });
}

/** What one Get says in the time there is; undefined where it says nothing. */
async function firstStatus(
  { clock, settings, object }: VersionPass,
  account: Account,
  versionId: string,
): Promise<VersionStatus | undefined> {
  const timeUp = new AbortController();
  const get = account.send(getVersion(object.spec.appId, versionId)).then(
    ({ status }) => status ?? 'creating',
    () => undefined,
  );
  const wait = clock.sleep(settings.firstGetMs, timeUp.signal).then(() => undefined);
  const status = await Promise.race([get, wait]);
  // A reason of its own spares the DOMException, with its stack, that an abort without one makes.
  timeUp.abort('the race is over');
  return status;
}

function afterFailure(
  pass: VersionPass,
  attempt: Attempt,
  error: EsaError,
  report: Report,
): AttemptEnd<EdgeAppVersionStatus> {
  const { key, object, clock, rules, memory } = pass;
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
      : nextTryMs(toOpenVersion(pass, attempt, watched, problem)),
    isStalled: !isOver && isToBeStalled(object.status, problem),
    isOver,
    ends: attempt,
  });
  return { status, outcome: again(delayMs) };
}
