/**
 * Deletes the version of an object that is going, and removes the finalizer once there surely is none: after a delete that a
 * read confirms, and one lookup by name and marker that finds nothing.
 */

import type { Account } from '../../../cloud/account.ts';
import { deleteVersion as deleteVersionCall } from '../../../cloud/operations/delete-version.ts';
import { getApp } from '../../../cloud/operations/get-app.ts';
import type { VersionSummary } from '../../../cloud/operations/version-summary.ts';
import { type Environment, versionsInUse } from '../../../cloud/operations/versions-in-use.ts';
import { classify } from '../../../core/errors/classify.ts';
import { EsaError } from '../../../core/errors/esa-error.ts';
import { readProblem, toProblem } from '../../../core/errors/problem.ts';
import type { Watched } from '../../../runtime/create-protocol/absence-watch.ts';
import { elapsedMs, momentOf } from '../../../runtime/moment.ts';
import { again, done, type Outcome, retry } from '../../../runtime/outcome.ts';
import { connect } from '../connect.ts';
import { fail, refuse } from '../fail.ts';
import { nameOf, ownerOf } from '../intent.ts';
import { isSameOwner } from '../judge-versions.ts';
import { abandonHint } from '../next-step.ts';
import { released, type VersionPass, type VersionResult } from '../pass.ts';
import { isFingerprintOf } from '../request/fingerprint.ts';
import { parseMarker, shortFingerprint } from '../request/marker.ts';
import { packingProblems } from '../request/packing-problems.ts';
import { toCreateRequest } from '../request/to-create-request.ts';
import { deleting } from '../status/status.ts';
import {
  appNotFoundWhileDeleting,
  deleteNotDone,
  deleteRefused,
  deleteUnproven,
  duplicateVersion,
  type VersionProblem,
  versionInUse,
} from '../status/version-problems.ts';

export async function deleteVersion(pass: VersionPass): Promise<VersionResult> {
  const connection = await connect(pass);
  if (connection.kind === 'failed') return fail(pass, connection.problem);
  const { account } = connection;
  const { status } = pass.object;
  try {
    return status?.versionId && !status.attempt
      ? await deleteKnown(pass, account, status.versionId)
      : await deleteUnknown(pass, account);
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return failRead(pass, readProblem(error));
  }
}

/** Where no attempt and no id is known, an app that does not exist holds nothing to delete. */
function failRead(pass: VersionPass, problem: VersionProblem): VersionResult {
  if (problem.reason !== 'AppNotFound') return fail(pass, problem);
  const { attempt, versionId } = pass.object.status ?? {};
  return attempt || versionId ? fail(pass, appNotFoundWhileDeleting(problem)) : released;
}

async function deleteKnown(pass: VersionPass, account: Account, versionId: string): Promise<VersionResult> {
  const { clock, object, memory, key } = pass;
  if (memory.isDeleteConfirmed(key, object.metadata.uid, versionId))
    return lookOnceMore(pass, account, versionId);
  const { unclearAttempts, recordedTime } = object.status ?? {};
  const watched = memory.absences.see(key, `delete ${object.metadata.uid}`);
  const waitMs = unclearAttempts && recordedTime ? lateEffectInMs(pass, watched, recordedTime) : 0;
  if (waitMs > 0) return wait(pass, lateEffects(pass), watched, waitMs);
  const startedMs = clock.monotonicMs();
  const found = await account.lookupsOf(object.spec.appId).withId(versionId);
  switch (found.kind) {
    case 'found':
      return deleteFound(pass, account, found.version);
    case 'absent':
      await account.send(getApp(object.spec.appId));
      return afterAbsence(pass, account, versionId, startedMs);
    case 'unknown':
      return failRead(pass, found.problem);
  }
}

/**
 * For how long an attempt of which nobody knows how it ended may still create a version, as soon as its name is free. The
 * clock of another process may have written when it began, so that time alone counts only where it is long past.
 */
function lateEffectInMs({ clock, settings }: VersionPass, watched: Watched, since: string): number {
  const byThisProcessMs = settings.propagationMs - watched.knownForMs;
  const byClocksMs = Date.parse(since) + 2 * settings.propagationMs - clock.wallMs();
  return Math.min(byThisProcessMs, byClocksMs);
}

function lateEffects({ settings }: VersionPass): string {
  const minutes = Math.ceil(settings.propagationMs / 60_000);
  return `an attempt has no known outcome and may still create a version, so the deletion waits for ${minutes} minutes`;
}

/** A version that was seen is gone once its absence is proven. One that was never seen may yet show. */
async function afterAbsence(
  pass: VersionPass,
  account: Account,
  versionId: string,
  startedMs: number,
): Promise<VersionResult> {
  const { object, clock, settings, memory, key } = pass;
  const { seenTime, recordedTime, versionUid } = object.status ?? {};
  const watched = memory.absences.see(key, `delete ${object.metadata.uid}`);
  watched.absent(startedMs);
  if (!watched.isProven) return wait(pass, 'the version is not found, confirming its absence', watched);
  if (seenTime || !recordedTime) return confirm(pass, account, versionId);
  const isOverdue = clock.wallMs() - Date.parse(recordedTime) >= settings.propagationMs;
  if (!isOverdue)
    return wait(pass, 'the cloud does not show the version yet, waiting until it does', watched);
  if (versionUid !== object.metadata.uid)
    return fail(
      pass,
      deleteRefused(versionId, 'it was never shown, and its id was stored for another object'),
    );
  return deleteUnseen(pass, account, versionId, watched);
}

/** "Not found" for an id that was never seen proves nothing. */
async function deleteUnseen(
  pass: VersionPass,
  account: Account,
  versionId: string,
  watched: Watched,
): Promise<VersionResult> {
  const sent = await sendDelete(pass, account, versionId);
  if (sent.kind === 'ended') return { outcome: sent.outcome };
  if (sent.kind === 'refused') return refuse(pass, deleteUnproven(versionId), watched.nextLookMs());
  return verifyDelete(pass, account, versionId);
}

/** Without a known id one may still show: until the propagation time after an attempt, a settle delay without one. */
async function deleteUnknown(pass: VersionPass, account: Account): Promise<VersionResult> {
  const { clock, object, memory, key } = pass;
  const { attempt } = object.status ?? {};
  const watched = memory.absences.see(key, attempt?.id ?? `delete ${object.metadata.uid}`);
  const startedMs = clock.monotonicMs();
  const lookup = await account.lookupsOf(object.spec.appId).namedForSure(nameOf(object));
  if (lookup.kind === 'unknown') return failRead(pass, lookup.problem);
  const owned = ownedBy(pass, lookup.versions);
  if (owned.kind === 'problem') return fail(pass, owned.problem);
  if (!owned.version) watched.absent(startedMs);
  const waitMs = attempt ? lateEffectInMs(pass, watched, attempt.startedAt) : 0;
  // The version that is found may be of an earlier attempt, and the open one could use its name once it is free.
  if (waitMs > 0) return wait(pass, lateEffects(pass), watched, waitMs);
  if (owned.version) return deleteFound(pass, account, owned.version);
  if (watched.isProven) return released;
  return wait(pass, 'no version is found, confirming the absence', watched);
}

type Owned =
  | { readonly kind: 'version'; readonly version: VersionSummary | undefined }
  | { readonly kind: 'problem'; readonly problem: VersionProblem };

/** The version with this object's name, marker and content. */
function ownedBy(pass: VersionPass, versions: readonly VersionSummary[]): Owned {
  const { object, settings } = pass;
  const owner = ownerOf(object, settings);
  const marked = versions.flatMap((version) => {
    const marker = parseMarker(version.remarks);
    return marker && isSameOwner(marker.owner, owner)
      ? [{ version, isOurs: isOfContent(pass, marker.spec) }]
      : [];
  });
  const unjudged = marked.find(({ isOurs }) => isOurs === undefined)?.version;
  if (unjudged) return { kind: 'problem', problem: deleteRefused(unjudged.versionId, contentUnknown) };
  const ours = marked.filter(({ isOurs }) => isOurs).map(({ version }) => version);
  if (ours.length < 2) return { kind: 'version', version: ours[0] };
  const ids = ours.map(({ versionId }) => versionId);
  return { kind: 'problem', problem: duplicateVersion(nameOf(object), ids) };
}

const contentUnknown =
  'it carries the marker of this object, but by the settings in force the spec cannot be sent, so its content cannot be compared';

/** By what was sent, or else by the spec; undefined where a setting keeps the request from being built. */
function isOfContent({ object, settings }: VersionPass, spec: string): boolean | undefined {
  const { packing } = settings;
  const stored = object.status?.attempt?.fingerprint ?? object.status?.fingerprint;
  if (stored && spec === shortFingerprint(stored)) return true;
  if (packingProblems(object, packing).length > 0) return stored ? false : undefined;
  return isFingerprintOf(spec, toCreateRequest(object, { packing }));
}

async function deleteFound(
  pass: VersionPass,
  account: Account,
  { versionId, remarks }: VersionSummary,
): Promise<VersionResult> {
  const { object, settings } = pass;
  const marker = parseMarker(remarks);
  if (!marker) return fail(pass, deleteRefused(versionId, 'it carries no marker'));
  if (!isSameOwner(marker.owner, ownerOf(object, settings))) return leaveToOwner(pass, account, versionId);
  const environments = await environmentsOf(account, object.spec.appId, versionId);
  if (environments.length > 0) return fail(pass, versionInUse(versionId, environments));
  const sent = await sendDelete(pass, account, versionId);
  if (sent.kind === 'ended') return { outcome: sent.outcome };
  return sent.kind === 'refused' ? fail(pass, sent.problem) : verifyDelete(pass, account, versionId);
}

/** The id of another's version came with the status. The status that it replaced may have been of a version of this object. */
function leaveToOwner(
  pass: VersionPass,
  account: Account,
  versionId: string,
): Promise<VersionResult> | VersionResult {
  const { status, metadata } = pass.object;
  if (status?.versionUid === metadata.uid && status.attempts) {
    return fail(pass, deleteRefused(versionId, 'it carries the marker of another object'));
  }
  return lookOnceMore(pass, account, versionId);
}

async function environmentsOf(account: Account, appId: string, versionId: string): Promise<Environment[]> {
  const inUse: Environment[] = [];
  for (const environment of ['staging', 'prod'] as const) {
    if ((await account.send(versionsInUse(appId, environment))).includes(versionId)) inUse.push(environment);
  }
  return inUse;
}

type Sent =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly problem: VersionProblem }
  /** Not sent. */
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** Only on the strength of a live read that shows the object going and unchanged, in a term that is still held. */
async function sendDelete(pass: VersionPass, account: Account, versionId: string): Promise<Sent> {
  const { object, settings, term, clock, signal } = pass;
  if (signal.aborted) return { kind: 'ended', outcome: done };
  const readAt = momentOf(clock);
  const mayDelete = (await isUnchanged(pass)) && elapsedMs(clock, readAt) < settings.claimDeadlineMs;
  if (!mayDelete || !term.isHeld()) return { kind: 'ended', outcome: retry };
  try {
    await account.send(deleteVersionCall(object.spec.appId, versionId));
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return { kind: 'refused', problem: toProblem(error, classify(error, 'delete')) };
  }
}

/** A live read: the same object, still going, and nobody wrote since this pass began. */
async function isUnchanged({ client, object }: VersionPass): Promise<boolean> {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const live = (await client.read({ namespace, name }))?.metadata;
  return (
    live?.uid === uid && live.deletionTimestamp !== undefined && live.resourceVersion === resourceVersion
  );
}

/** A delete counts as done once a read agrees. */
async function verifyDelete(pass: VersionPass, account: Account, versionId: string): Promise<VersionResult> {
  const found = await account.lookupsOf(pass.object.spec.appId).withId(versionId);
  if (found.kind === 'unknown') return failRead(pass, found.problem);
  return found.kind === 'found' ? fail(pass, deleteNotDone(versionId)) : confirm(pass, account, versionId);
}

function confirm(pass: VersionPass, account: Account, versionId: string): Promise<VersionResult> {
  const { memory, key, object } = pass;
  memory.confirmDelete(key, object.metadata.uid, versionId);
  return lookOnceMore(pass, account, versionId);
}

/** Whatever else carries this object's name, marker and content goes as well. */
async function lookOnceMore(pass: VersionPass, account: Account, versionId: string): Promise<VersionResult> {
  const { object } = pass;
  const lookup = await account.lookupsOf(object.spec.appId).named(nameOf(object));
  if (lookup.kind === 'unknown') return failRead(pass, lookup.problem);
  const owned = ownedBy(pass, lookup.versions);
  if (owned.kind === 'problem') return fail(pass, owned.problem);
  if (!owned.version) return released;
  return owned.version.versionId === versionId
    ? fail(pass, deleteNotDone(versionId))
    : deleteFound(pass, account, owned.version);
}

/** @param mostMs the wait is no longer than this */
function wait(
  pass: VersionPass,
  message: string,
  watched: Watched,
  mostMs = Number.POSITIVE_INFINITY,
): VersionResult {
  const status = deleting(pass.object, message + abandonHint(pass.object), pass.clock.wallMs());
  return { status, outcome: again(Math.min(watched.nextLookMs(), mostMs)) };
}
