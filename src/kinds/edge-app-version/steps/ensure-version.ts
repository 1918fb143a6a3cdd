/** Look first; then take what is ours, or create what is surely absent. */

import type { Account } from '../../../cloud/account.ts';
import type { Lookup } from '../../../cloud/app-lookups.ts';
import { getVersion } from '../../../cloud/operations/get-version.ts';
import type { VersionSummary } from '../../../cloud/operations/version-summary.ts';
import { EsaError } from '../../../core/errors/esa-error.ts';
import { readProblem } from '../../../core/errors/problem.ts';
import type { Watched } from '../../../runtime/create-protocol/absence-watch.ts';
import { type Attempt, unclearInRow } from '../../../runtime/create-protocol/attempt.ts';
import { again, done } from '../../../runtime/outcome.ts';
import { connect } from '../connect.ts';
import type { Origin } from '../edge-app-version.ts';
import { fail, failAsBefore, refuse } from '../fail.ts';
import { toMarkedRequest, toSought } from '../intent.ts';
import { isRefusedForGood } from '../next-step.ts';
import type { VersionPass, VersionResult } from '../pass.ts';
import { hasSameContent } from '../request/same-content.ts';
import { waiting } from '../status/status.ts';
import { invalidSpec, nameTaken, nobodyElsewise, type VersionProblem } from '../status/version-problems.ts';
import { createVersion } from './create-version.ts';
import { keepVersionAttempt } from './open-version.ts';
import { settleVersion } from './settle-version.ts';

export async function ensureVersion(pass: VersionPass): Promise<VersionResult> {
  const { object, settings, clock } = pass;
  const attempt = object.status?.attempt;
  const connection = await connect(pass);
  if (connection.kind === 'failed') return fail(pass, connection.problem);
  const { account } = connection;
  const watched = watch(pass, attempt);
  if (!attempt && watched && !watched.isSettled) return waitBeforeFirstLookup(pass, watched);
  const startedMs = clock.monotonicMs();
  const lookup = await lookUp(pass, account, attempt && watched);
  if (lookup.kind === 'unknown') return fail(pass, lookup.problem, lookAgain(attempt && watched));
  const judgement = pass.rules.judgeVersions(lookup.versions, toSought(object, settings));
  switch (judgement.kind) {
    case 'ours':
      return take(pass, judgement.version, 'Created');
    case 'unowned':
      return findUnsendable(pass, watched) ?? adoptIfIdentical(pass, account, judgement.version);
    case 'stop':
      return fail(pass, judgement.problem, lookAgain(attempt && watched));
    case 'absent': {
      if (attempt && watched) {
        watched.absent(startedMs);
        const unresolved = keepVersionAttempt(pass, attempt, watched, lookup.similar ?? []);
        if (unresolved) return unresolved;
      }
      return findUnsendable(pass, watched) ?? begin(pass, account);
    }
  }
}

/**
 * The second of two rivals has no claim to the name, but to the version that it once made: after a rebuild the first one
 * may be who was refused before, and cannot take it. Everything else is the first one's.
 */
export async function reclaimVersion(pass: VersionPass, rival: VersionProblem): Promise<VersionResult> {
  const connection = await connect(pass);
  if (connection.kind === 'failed') return fail(pass, connection.problem);
  const lookup = await lookUp(pass, connection.account, undefined);
  if (lookup.kind === 'unknown') return fail(pass, lookup.problem);
  const judgement = pass.rules.judgeVersions(lookup.versions, toSought(pass.object, pass.settings));
  return judgement.kind === 'ours' ? take(pass, judgement.version, 'Created') : refuse(pass, rival);
}

/** An open attempt is watched; where the cloud may hold two versions of a name, so is an object without one. */
function watch(
  { memory, key, object, settings }: VersionPass,
  attempt: Attempt | undefined,
): Watched | undefined {
  if (attempt) return memory.absences.see(key, attempt.id);
  if (settings.duplicateNames === 'refused') return undefined;
  return memory.absences.see(key, `first create of ${object.metadata.uid}`);
}

/** Once the effect of an open attempt must show, a look that counts is a search and a whole listing. */
function lookUp(pass: VersionPass, account: Account, open: Watched | undefined): Promise<Lookup> {
  const { name } = toSought(pass.object, pass.settings);
  const lookups = account.lookupsOf(pass.object.spec.appId);
  return open?.isSettled ? lookups.namedForSure(name) : lookups.named(name);
}

/** The lookups for an open attempt keep their own pace, however often they fail. */
function lookAgain(open: Watched | undefined): { readonly leastDelayMs?: number } {
  return open ? { leastDelayMs: open.nextLookMs() } : {};
}

function waitBeforeFirstLookup(pass: VersionPass, watched: Watched): VersionResult {
  const minutes = Math.ceil(pass.settings.absence.settleDelayMs / 60_000);
  const message = `waiting ${minutes} minutes before the first look, because duplicateNames is unproven`;
  return {
    status: waiting(pass.object, message, pass.clock.wallMs()),
    outcome: again(watched.settlesInMs),
  };
}

/**
 * With an attempt open the spec was not judged at the start of the pass, and a setting may have changed since. The attempt
 * stays open: its version may still show.
 */
function findUnsendable(pass: VersionPass, watched: Watched | undefined): VersionResult | undefined {
  const issues = pass.object.status?.attempt ? pass.findIssues(pass.object) : [];
  return issues.length === 0 ? undefined : refuse(pass, invalidSpec(issues), watched?.nextLookMs());
}

/** Surely absent, and no attempt that may still come to something: create it, unless this very request was refused for good. */
function begin(pass: VersionPass, account: Account): Promise<VersionResult> | VersionResult {
  const marked = toMarkedRequest(pass.object, pass.settings);
  if (isRefusedForGood(pass.object, marked.fingerprint)) return failAsBefore(pass);
  return pass.signal.aborted ? { outcome: done } : createVersion(pass, account, marked);
}

function take(pass: VersionPass, version: VersionSummary, origin: Origin): VersionResult {
  const { object, settings } = pass;
  return settleVersion(pass, {
    versionId: version.versionId,
    versionName: version.name,
    versionStatus: version.status ?? 'creating',
    origin,
    fingerprint: object.status?.attempt?.fingerprint ?? toMarkedRequest(object, settings).fingerprint,
    // That the version is of the open attempt nobody knows: it may be of one whose status was lost.
    unclearAttempts: unclearInRow(object.status) || undefined,
  });
}

async function adoptIfIdentical(
  pass: VersionPass,
  account: Account,
  version: VersionSummary,
): Promise<VersionResult> {
  const { object, settings } = pass;
  try {
    const detail = await account.send(getVersion(object.spec.appId, version.versionId));
    const { request } = toMarkedRequest(object, settings);
    if (hasSameContent(request, detail)) return take(pass, detail, 'Adopted');
    return fail(pass, nameTaken(version.name, version.versionId, nobodyElsewise));
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return fail(pass, readProblem(error));
  }
}
