/** The one step of an EdgeAppFollower: wait for the other, look for the version, create it once. */
import { failingStatus } from '../../src/api/failing-status.ts';
import { nextStatus, waitingStatus } from '../../src/api/next-status.ts';
import type { Accounts } from '../../src/cloud/accounts.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { ownProblem, type Problem, toProblem } from '../../src/core/errors/problem.ts';
import { smallContainer } from '../../src/probe/small-container.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import { endOfAttempt, problemOfEnd } from '../../src/runtime/create-protocol/attempt-end.ts';
import { claimedStatus } from '../../src/runtime/create-protocol/attempt-status.ts';
import {
  type AttemptEnd,
  type CreateContext,
  createOnce,
} from '../../src/runtime/create-protocol/create-once.ts';
import { keepAttempt, nextTryMs } from '../../src/runtime/create-protocol/open-attempt.ts';
import { again, done } from '../../src/runtime/outcome.ts';
import { isReady, type References } from '../../src/runtime/references.ts';
import type { StepResult } from '../../src/runtime/step-result.ts';
import type { Follower, FollowerStatus } from './types.ts';

export interface FollowerPass extends CreateContext<Follower, Follower, FollowerStatus> {
  readonly accounts: Accounts;
  readonly references: References;
}

export async function createFollowed(pass: FollowerPass): Promise<StepResult<Follower, FollowerStatus>> {
  const { object, key, references, accounts, absences, clock } = pass;
  const { namespace, name, uid } = object.metadata;
  const { appId, follows, image } = object.spec;
  const attempt = object.status?.attempt;
  if (!attempt && !isReady(await references.read('EdgeAppVersion', { namespace, name: follows })))
    return {
      status: waitingStatus(object, `waiting for ${follows} to be Ready`, clock.wallMs()),
      outcome: done,
    };
  const account = await accounts.of(namespace);
  const watched = absences.see(key, attempt?.id ?? uid);
  const startedMs = clock.monotonicMs();
  const lookups = account.lookupsOf(appId);
  const lookup = watched.isSettled ? await lookups.namedForSure(name) : await lookups.named(name);
  if (lookup.kind === 'unknown') return failed(pass, object, lookup.problem);
  const found = lookup.versions.find(({ remarks }) => remarks === uid);
  if (found) return created(pass, object, found.versionId);
  if (attempt) {
    watched.absent(startedMs);
    const ended = problemOfEnd(endOfAttempt(object.status)) ?? outcomeUnknown(attempt);
    const kept = keepAttempt<Follower, FollowerStatus, Problem<string>>(
      { object, attempt, watched, ended, waitInMs: 0, clock },
      {
        propagationMs: 20 * 60_000,
        toOverdue: () => outcomeUnknown(attempt),
        toFailing: (problem, { ends, ...options }) =>
          failingStatus(object, problem, {
            ...options,
            attemptId: ends?.id,
            kept: endOfAttempt(object.status),
          }),
      },
    );
    if (kept) return kept;
  }
  const request = { AppId: appId, Name: name, Remarks: uid, Containers: [smallContainer(image)] };
  return createOnce(pass, {
    intent: { name, fingerprint: image },
    toClaimed: (next) => claimedStatus(object, next, `creating ${name}`, clock.wallMs()),
    send: (next) => account.send(createVersion(request, next.id)),
    toCreated: async (claimed, _, { versionId }) => created(pass, claimed, versionId),
    toFailed(claimed, next, error) {
      const { effect, ...judged } = classify(error, 'create');
      const problem = toProblem(error, { effect, ...judged });
      const isOver = effect === 'none' && !next.unknownBefore;
      return failed(pass, claimed, problem, isOver ? undefined : next);
    },
    toNotStored: (claimed) => failed(pass, claimed, outcomeUnknown(attempt)),
  });
}

function created({ clock }: FollowerPass, object: Follower, versionId: string): AttemptEnd<FollowerStatus> {
  const summary = { ready: 'True', reason: 'Created', message: `version ${versionId}` } as const;
  const changes = { versionId, attempt: undefined, error: undefined };
  return { status: nextStatus(object, summary, clock.wallMs(), changes), outcome: done };
}

/** @param open the attempt that may yet have come to something */
function failed(
  { key, absences, clock }: FollowerPass,
  object: Follower,
  problem: Problem<string>,
  open = object.status?.attempt,
): AttemptEnd<FollowerStatus> {
  const wallMs = clock.wallMs();
  const watched = open && absences.see(key, open.id);
  const nextAttemptMs =
    open && watched
      ? nextTryMs({ object, attempt: open, watched, ended: problem, waitInMs: 0, clock })
      : wallMs + 60_000;
  const changes = open ? {} : { attempt: undefined, unclearAttempts: undefined };
  const status = failingStatus(object, problem, { wallMs, nextAttemptMs, attemptId: open?.id }, changes);
  return { status, outcome: again(watched ? watched.nextLookMs() : 60_000) };
}

function outcomeUnknown(attempt: Attempt | undefined): Problem<string> {
  return ownProblem('Ambiguous', 'Ambiguous', {
    operation: 'Validate',
    message: `attempt ${attempt?.number ?? 1} has no known outcome`,
    cause: 'The operator was interrupted, or a response was lost.',
    remedy: 'None needed.',
  });
}
