/** Deletes the version of an object that is going, and lets the object go once there surely is none. */
import { classify } from '../../core/classify.ts';
import { finalizersOf } from '../../core/decide.ts';
import { EsaError } from '../../core/esa-error.ts';
import { isOurs, isSameOwner } from '../../core/judge-versions.ts';
import { parseMarker } from '../../core/marker.ts';
import { deleteRefused, duplicateVersion, readProblem, toProblem, versionInUse } from '../../core/problem.ts';
import { deleting } from '../../core/status.ts';
import type { Environment, EsaApi, VersionSummary } from '../../ports.ts';
import { elapsedMs, momentOf } from '../moment.ts';
import type { Outcome } from '../outcome.ts';
import { connect } from './connect.ts';
import { ownerOf, toSought } from './intent.ts';
import { afterWrite, again, conclude, done, fail, type Pass, retry } from './pass.ts';

export async function deleteVersion(pass: Pass): Promise<Outcome> {
  const connection = await connect(pass);
  if (connection.kind === 'failed') return fail(pass, connection.problem);
  const versionId = pass.object.status?.versionId;
  try {
    return versionId
      ? await deleteKnown(pass, connection.api, versionId)
      : await deleteUnknown(pass, connection.api);
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return fail(pass, readProblem(error));
  }
}

async function deleteKnown(pass: Pass, api: EsaApi, versionId: string): Promise<Outcome> {
  const { clock, lookupsOf, object } = pass;
  const startedMs = clock.monotonicMs();
  const found = await lookupsOf(api, object.spec.appId).withId(versionId);
  switch (found.kind) {
    case 'found':
      return deleteFound(pass, api, found.version);
    case 'absent':
      await api.getApp(object.spec.appId);
      return afterAbsence(pass, startedMs);
    case 'unknown':
      return fail(pass, found.problem);
  }
}

/** Without a known id one may still appear: settle first, then look by name. */
async function deleteUnknown(pass: Pass, api: EsaApi): Promise<Outcome> {
  const { clock, lookupsOf, object, settings } = pass;
  const watched = watch(pass);
  if (!watched.isSettled) {
    const message = 'waiting until a version that is on its way must show, before the last look for it';
    return conclude(pass, deleting(object, message, clock.wallMs()), again(watched.settlesInMs));
  }
  const sought = toSought(object, settings);
  const startedMs = clock.monotonicMs();
  const lookup = await lookupsOf(api, object.spec.appId).namedForSure(sought.name);
  if (lookup.kind === 'unknown') return fail(pass, lookup.problem);
  const ours = lookup.versions.filter((version) => isOurs(version, sought));
  if (ours.length > 1)
    return fail(
      pass,
      duplicateVersion(
        sought.name,
        ours.map(({ versionId }) => versionId),
      ),
    );
  return ours[0] ? deleteFound(pass, api, ours[0]) : afterAbsence(pass, startedMs);
}

async function deleteFound(
  pass: Pass,
  api: EsaApi,
  { versionId, remarks }: VersionSummary,
): Promise<Outcome> {
  const { object, settings, term, clock } = pass;
  const marker = parseMarker(remarks);
  if (!marker) return fail(pass, deleteRefused(versionId, 'it carries no marker'));
  if (!isSameOwner(marker.owner, ownerOf(object, settings))) {
    return fail(pass, deleteRefused(versionId, 'it carries the marker of another object'));
  }
  const environments = await environmentsOf(api, object.spec.appId, versionId);
  if (environments.length > 0) return fail(pass, versionInUse(versionId, environments));
  if (pass.signal.aborted) return done;
  const readAt = momentOf(clock);
  const mayDelete = (await isUnchanged(pass)) && elapsedMs(clock, readAt) < settings.claimDeadlineMs;
  if (!mayDelete || !term.isHeld()) return retry;
  try {
    await api.deleteVersion(object.spec.appId, versionId);
  } catch (error) {
    if (!(error instanceof EsaError)) throw error;
    return fail(pass, toProblem(error, classify(error, 'delete')));
  }
  return letGo(pass);
}

async function environmentsOf(api: EsaApi, appId: string, versionId: string): Promise<Environment[]> {
  const inUse: Environment[] = [];
  for (const environment of ['staging', 'prod'] as const) {
    if ((await api.versionsInUse(appId, environment)).includes(versionId)) inUse.push(environment);
  }
  return inUse;
}

/** A live read: the same object, still going, and nobody wrote since this pass began. */
async function isUnchanged({ client, object }: Pass): Promise<boolean> {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const live = (await client.read({ namespace, name }))?.metadata;
  return (
    live?.uid === uid && live.deletionTimestamp !== undefined && live.resourceVersion === resourceVersion
  );
}

function afterAbsence(pass: Pass, startedMs: number): Promise<Outcome> | Outcome {
  const watched = watch(pass);
  watched.absent(startedMs);
  if (watched.isProven) return letGo(pass);
  const { object, clock } = pass;
  const message = 'the version is not to be found; looking again until that is proven';
  return conclude(pass, deleting(object, message, clock.wallMs()), again(watched.nextLookMs()));
}

function watch({ memory, key, object }: Pass) {
  return memory.absences.see(key, `delete ${object.metadata.uid}`);
}

async function letGo(pass: Pass): Promise<Outcome> {
  const { client, object, logger } = pass;
  const result = await client.setFinalizers(object, finalizersOf(object, false));
  if (result.kind !== 'written') return afterWrite(pass, result, done);
  logger.info({ versionId: object.status?.versionId }, 'Let the object go');
  return done;
}
