/** Look first; then take what is ours, or create what is surely absent. */

import type { Lookup } from '../../../cloud/app-lookups.ts';
import type { EsaApi, VersionSummary } from '../../../cloud/esa-api.ts';
import { EsaError } from '../../../core/errors/esa-error.ts';
import { readProblem } from '../../../core/errors/problem.ts';
import type { Watched } from '../../../runtime/create-protocol/absence-watch.ts';
import { again, done, type Outcome } from '../../../runtime/outcome.ts';
import { connect } from '../connect.ts';
import type { Attempt, Origin } from '../edge-app-version.ts';
import { toSignedRequest, toSought } from '../intent.ts';
import { isRefusedForGood } from '../next-step.ts';
import { conclude, fail, failAsBefore, type Pass, refuse } from '../pass.ts';
import { hasSameContent } from '../request/same-content.ts';
import { unclearInRow } from '../status/attempt-end.ts';
import { waiting } from '../status/status.ts';
import { invalidSpec, nameTaken, nobodyElsewise, type VersionProblem } from '../status/version-problems.ts';
import { createVersion } from './create-version.ts';
import { resolveAttempt } from './resolve-attempt.ts';
import { settleVersion } from './settle-version.ts';

export async function ensureVersion(pass: Pass): Promise<Outcome> {
  const { object, settings, clock } = pass;
  const attempt = object.status?.attempt;
  const connection = await connect(pass);
  if (connection.kind === 'failed') return fail(pass, connection.problem);
  const { api } = connection;
  const watched = watch(pass, attempt);
  if (!attempt && watched && !watched.isSettled) return waitBeforeFirstLook(pass, watched);
  const startedMs = clock.monotonicMs();
  const lookup = await look(pass, api, attempt && watched);
  if (lookup.kind === 'unknown') return fail(pass, lookup.problem, lookAgain(attempt && watched));
  const judgement = pass.rules.judgeVersions(lookup.versions, toSought(object, settings));
  switch (judgement.kind) {
    case 'ours':
      return take(pass, judgement.version, 'Created');
    case 'unowned':
      return ifSendable(pass, watched, () => adoptIfIdentical(pass, api, judgement.version));
    case 'stop':
      return fail(pass, judgement.problem, lookAgain(attempt && watched));
    case 'absent':
      if (!attempt || !watched) return begin(pass, api);
      watched.absent(startedMs);
      return resolveAttempt({ ...pass, similar: lookup.similar ?? [] }, attempt, watched, () =>
        ifSendable(pass, watched, () => begin(pass, api)),
      );
  }
}

/**
 * The second of two rivals has no claim to the name, but to the version that it once made: after a rebuild the first one
 * may be who was refused before, and cannot take it. Everything else is the first one's.
 */
export async function reclaimVersion(pass: Pass, rival: VersionProblem): Promise<Outcome> {
  const connection = await connect(pass);
  if (connection.kind === 'failed') return fail(pass, connection.problem);
  const lookup = await look(pass, connection.api, undefined);
  if (lookup.kind === 'unknown') return fail(pass, lookup.problem);
  const judgement = pass.rules.judgeVersions(lookup.versions, toSought(pass.object, pass.settings));
  return judgement.kind === 'ours' ? take(pass, judgement.version, 'Created') : refuse(pass, rival);
}

/** An open attempt is watched; where the cloud may hold two versions of a name, so is an object without one. */
function watch({ memory, key, object, settings }: Pass, attempt: Attempt | undefined): Watched | undefined {
  if (attempt) return memory.absences.see(key, attempt.id);
  if (settings.duplicateNames === 'refused') return undefined;
  return memory.absences.see(key, `first create of ${object.metadata.uid}`);
}

/** Once the effect of an open attempt must show, a look that counts is a search and a whole listing. */
function look(pass: Pass, api: EsaApi, open: Watched | undefined): Promise<Lookup> {
  const { name } = toSought(pass.object, pass.settings);
  const lookups = pass.lookupsOf(api, pass.object.spec.appId);
  return open?.isSettled ? lookups.namedForSure(name) : lookups.named(name);
}

/** The lookups for an open attempt keep their own pace, however often they fail. */
function lookAgain(open: Watched | undefined): { readonly leastDelayMs?: number } {
  return open ? { leastDelayMs: open.nextLookMs() } : {};
}

function waitBeforeFirstLook(pass: Pass, watched: Watched): Promise<Outcome> {
  const minutes = Math.ceil(pass.settings.absence.settleDelayMs / 60_000);
  const message = `waiting ${minutes} minutes before the first look, because duplicateNames is unproven`;
  return conclude(pass, waiting(pass.object, message, pass.clock.wallMs()), again(watched.settlesInMs));
}

/** Surely absent and nothing open: create it, unless this very request was refused for good. */
function begin(pass: Pass, api: EsaApi): Promise<Outcome> | Outcome {
  const signed = toSignedRequest(pass.object, pass.settings);
  if (isRefusedForGood(pass.object, signed.fingerprint)) return failAsBefore(pass);
  return pass.signal.aborted ? done : createVersion(pass, api, signed);
}

/**
 * With an attempt open the spec was not judged at the start of the pass, and a setting may have changed since. The attempt
 * stays open: its version may still show.
 */
function ifSendable(
  pass: Pass,
  watched: Watched | undefined,
  go: () => Promise<Outcome> | Outcome,
): Promise<Outcome> | Outcome {
  const issues = pass.object.status?.attempt ? pass.findIssues(pass.object) : [];
  if (issues.length === 0) return go();
  return refuse(pass, invalidSpec(issues), watched?.nextLookMs());
}

function take(pass: Pass, version: VersionSummary, origin: Origin): Promise<Outcome> {
  const { object, settings } = pass;
  return settleVersion(pass, {
    versionId: version.versionId,
    versionName: version.name,
    versionStatus: version.status ?? 'creating',
    origin,
    fingerprint: object.status?.attempt?.fingerprint ?? toSignedRequest(object, settings).fingerprint,
    // That the version is of the open attempt nobody knows: it may be of one whose status was lost.
    unclearAttempts: unclearInRow(object.status) || undefined,
  });
}

async function adoptIfIdentical(pass: Pass, api: EsaApi, version: VersionSummary): Promise<Outcome> {
  const { object, settings } = pass;
  try {
    const detail = await api.getVersion(object.spec.appId, version.versionId);
    const { request } = toSignedRequest(object, settings);
    if (hasSameContent(request, detail)) return take(pass, detail, 'Adopted');
    return fail(pass, nameTaken(version.name, version.versionId, nobodyElsewise));
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return fail(pass, readProblem(error));
  }
}
