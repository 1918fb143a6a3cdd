/** The id is known: tracks the build to its end, and then only sees to it that the status stays true. */

import { isAsked } from '../../../api/requested-at.ts';
import type { Account } from '../../../cloud/account.ts';
import type { AppLookups, FoundVersion } from '../../../cloud/app-lookups.ts';
import { getVersion } from '../../../cloud/operations/get-version.ts';
import type { VersionSummary } from '../../../cloud/operations/version-summary.ts';
import { again, retry } from '../../../runtime/outcome.ts';
import { connect } from '../connect.ts';
import type { EdgeAppVersion } from '../edge-app-version.ts';
import { fail, refuse } from '../fail.ts';
import { toMarkedRequest, toSought } from '../intent.ts';
import { isOurs, whose } from '../judge-versions.ts';
import type { VersionPass, VersionResult } from '../pass.ts';
import { parseMarker } from '../request/marker.ts';
import { hasSameContent } from '../request/same-content.ts';
import { versionName } from '../request/version-name.ts';
import { type KnownVersion, recorded } from '../status/status.ts';
import { foreignStatus, versionMissing, versionNeverSeen } from '../status/version-problems.ts';
import { settleVersion } from './settle-version.ts';

export async function followVersion(pass: VersionPass): Promise<VersionResult> {
  const { key, object, memory } = pass;
  const known = knownOf(object);
  const isBuilt = known.versionStatus === 'created' && !object.status?.error;
  const isDue = !isBuilt || isAsked(object) || memory.verifyInMs(key) === 0;
  if (!isDue) return settleVersion(pass, known);
  const { found, startedMs } = await lookUp(pass, known.versionId);
  switch (found.kind) {
    case 'found':
      memory.looked(key);
      return settleVersion(pass, {
        ...known,
        versionStatus: found.version.status ?? known.versionStatus ?? 'creating',
      });
    case 'absent':
      return afterAbsence(pass, known, startedMs);
    case 'unknown':
      // A version that was built stays Ready: that nobody can see it just now says nothing about it.
      return isBuilt ? { outcome: retry } : fail(pass, found.problem);
  }
}

/**
 * The id was stored for another object, or by a release that did not store for whom: it is this object's only where the
 * version says so.
 */
export async function verifyVersion(pass: VersionPass): Promise<VersionResult> {
  const { key, object, memory } = pass;
  const known = knownOf(object);
  const { account, found, startedMs } = await lookUp(pass, known.versionId);
  switch (found.kind) {
    case 'found': {
      memory.looked(key);
      const holder = await holderOf(pass, account as Account, known, found.version);
      if (holder) return fail(pass, foreignStatus(known.versionId, holder));
      return settleVersion(pass, { ...known, versionStatus: found.version.status ?? 'creating' });
    }
    case 'absent':
      return afterForeignAbsence(pass, known, startedMs);
    case 'unknown':
      return fail(pass, found.problem);
  }
}

/** Who has the version, where it is not this object; undefined where it is. */
async function holderOf(
  pass: VersionPass,
  account: Account,
  { versionId, origin }: KnownVersion,
  version: VersionSummary,
): Promise<string | undefined> {
  const { object, settings } = pass;
  const sought = toSought(object, settings);
  if (isOurs(version, sought)) return undefined;
  const mayBeAdopted = origin === 'Adopted' && !parseMarker(version.remarks);
  if (!mayBeAdopted) return whose(version, sought).whose;
  const detail = await account.send(getVersion(object.spec.appId, versionId));
  const isSame = hasSameContent(toMarkedRequest(object, settings).request, detail);
  return isSame ? undefined : 'which no Kubernetes object owns, with other content';
}

interface Found {
  readonly account?: Account;
  readonly found: FoundVersion;
  /** When the lookup began, on the monotonic clock. */
  readonly startedMs: number;
}

async function lookUp(pass: VersionPass, versionId: string): Promise<Found> {
  const startedMs = pass.clock.monotonicMs();
  const connection = await connect(pass);
  if (connection.kind === 'failed')
    return { found: { kind: 'unknown', problem: connection.problem }, startedMs };
  const { account } = connection;
  const lookups = account.lookupsOf(pass.object.spec.appId);
  const version = await findInListing(pass, lookups, versionId);
  const found = version ? { kind: 'found' as const, version } : await lookups.withId(versionId);
  return { account, found, startedMs };
}

/** Where the versions of all objects have to be verified, one listing of the app tells of nearly all of them. */
async function findInListing(
  { memory, key, object }: VersionPass,
  lookups: AppLookups,
  versionId: string,
): Promise<VersionSummary | undefined> {
  if (!memory.isUnverified(key)) return undefined;
  const listing = await memory.listingForVerification(object.spec.appId, () => lookups.list());
  if (listing.kind === 'unknown') return undefined;
  return listing.versions.find((version) => version.versionId === versionId);
}

/**
 * A list and a read may lag behind, so that one lookup without the version does not prove that it is gone; and a version that
 * was never seen is awaited for the propagation time.
 */
function afterAbsence(pass: VersionPass, known: KnownVersion, startedMs: number): VersionResult {
  const { object, memory, settings, clock, key } = pass;
  const watched = memory.absences.see(key, `missing ${known.versionId}`);
  watched.absent(startedMs);
  const leastDelayMs = watched.nextLookMs();
  const { seenTime, recordedTime } = object.status ?? {};
  if (seenTime || !recordedTime) {
    if (!watched.isProven) return { outcome: again(leastDelayMs) };
    memory.looked(key);
    return refuse(pass, versionMissing(known.versionId, known.versionName), leastDelayMs);
  }
  const isOverdue = clock.wallMs() - Date.parse(recordedTime) >= settings.propagationMs;
  if (watched.isProven && isOverdue) return refuse(pass, versionNeverSeen(known.versionId), leastDelayMs);
  const wallMs = clock.wallMs();
  const unseen = { ...known, versionStatus: undefined };
  return {
    status: recorded(object, unseen, { wallMs, nextAttemptMs: wallMs + leastDelayMs }),
    outcome: again(leastDelayMs),
  };
}

/** An id that was not stored for this object stays so, whatever becomes of its version. */
function afterForeignAbsence(
  pass: VersionPass,
  { versionId, versionName: name }: KnownVersion,
  startedMs: number,
): VersionResult {
  const { object, memory, key } = pass;
  const watched = memory.absences.see(key, `missing ${versionId}`);
  watched.absent(startedMs);
  const leastDelayMs = watched.nextLookMs();
  if (!watched.isProven) return { outcome: again(leastDelayMs) };
  memory.looked(key);
  const isForeign = object.status?.versionUid !== undefined;
  const problem = isForeign
    ? foreignStatus(versionId, 'which is not found')
    : versionMissing(versionId, name);
  return refuse(pass, problem, leastDelayMs);
}

function knownOf(object: EdgeAppVersion): KnownVersion {
  const { status } = object;
  return {
    versionId: status?.versionId ?? '',
    versionName: status?.versionName ?? versionName(object),
    versionStatus: status?.versionStatus,
    origin: status?.origin ?? 'Created',
    fingerprint: status?.fingerprint ?? '',
  };
}
