/** What must hold, judged from outside: from the API server's store, the cloud, and what was sent between the two. */

import { findCondition, isStalled } from '../../src/api/conditions.ts';
import { targetOf } from '../../src/kinds/edge-app-version/cached-version.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { isSameOwner } from '../../src/kinds/edge-app-version/judge-versions.ts';
import { fingerprint } from '../../src/kinds/edge-app-version/request/fingerprint.ts';
import { parseMarker, shortFingerprint } from '../../src/kinds/edge-app-version/request/marker.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { hasSameContent } from '../../src/kinds/edge-app-version/request/same-content.ts';
import { toCreateRequest } from '../../src/kinds/edge-app-version/request/to-create-request.ts';
import { findRival, type Rival } from '../../src/kinds/edge-app-version/rival.ts';
import type { ApiServer, Claim } from './api-server.ts';
import type { Cloud, CloudVersion } from './cloud.ts';
import type { History, Listing, Post } from './history.ts';
import { toKey } from './operator.ts';
import { ownerId } from './users.ts';

export interface Evidence {
  readonly apiServer: ApiServer;
  readonly cloud: Cloud;
  readonly history: History;
  readonly settleDelayMs: number;
  readonly spacingMs: number;
  readonly claimDeadlineMs: number;
  readonly propagationMs: number;
  /** A create takes effect and is listed within the settle delay. */
  readonly isBounded: boolean;
}

/** The invariants that are broken, each as `name: what`; none where all is well. */
export function findViolations(evidence: Evidence): string[] {
  const { apiServer } = evidence;
  return [
    ...apiServer.violations,
    ...duplicates(evidence),
    ...twoVersions(evidence),
    ...strandedVersions(evidence),
    ...foreignTouched(evidence),
    ...evidence.history.unwantedDeletes.map((versionId) => `unwantedDeletes: ${versionId}`),
    ...repeatedNonces(evidence),
    ...unprovenPosts(evidence),
    ...latePosts(evidence),
    ...evidence.history.posts
      .filter(({ isUsurped }) => isUsurped)
      .map(({ nonce }) => `usurpedPosts: ${nonce}`),
    ...apiServer
      .all()
      .flatMap((object) => [
        ...lostIds(object, evidence),
        ...wrongAdoptions(object, evidence),
        ...takenUnderNever(object, evidence),
        ...stuck(object),
        ...idleRivals(object, evidence),
      ]),
    ...leaks(evidence),
  ];
}

/** The name of the invariant that a violation is of. */
export function invariantOf(violation: string): string {
  return violation.split(':', 1)[0] ?? violation;
}

/** At most one version per app, name and owner. */
function duplicates({ cloud }: Evidence): string[] {
  const seen = new Map<string, CloudVersion>();
  return cloud.versions.flatMap((version) => {
    const owner = parseMarker(version.remarks)?.owner;
    const key = JSON.stringify([version.appId, version.name, owner]);
    const other = seen.get(key);
    seen.set(key, version);
    return owner && other
      ? [`duplicates: ${other.versionId} and ${version.versionId} of ${version.name}`]
      : [];
  });
}

/**
 * One object never makes two versions, whatever its name and content become, nor do the lives that it has had; but that one
 * comes to light after its status was lost and the other one was deleted nobody can help.
 */
function twoVersions({ apiServer, cloud }: Evidence): string[] {
  const made = (versions: readonly CloudVersion[], groupOf: (claim: Claim) => string) =>
    [...Map.groupBy(versions, ({ nonce }) => groupOf(apiServer.claims.get(nonce) ?? nobodys)).entries()]
      .filter(([group, { length }]) => group !== '' && length > 1)
      .map(
        ([group, all]) => `twoVersions: ${all.map(({ versionId }) => versionId).join(' and ')} of ${group}`,
      );
  const isExcused = ({ nonce }: CloudVersion) =>
    apiServer.renamedAfterLoss.has(apiServer.claims.get(nonce)?.uid ?? '');
  const existing = cloud.versions.filter((version) => !isExcused(version));
  // Whoever deletes after a loss knows of no attempt for which to wait.
  const knownLife = ({ life }: Claim) => (apiServer.lostLives.has(life) ? '' : life);
  return [...made(existing, ({ uid }) => uid), ...made([...cloud.versions, ...cloud.deleted], knownLife)];
}

const nobodys = { uid: '', life: '' } as Claim;

/** The content of an object that may have a version stays that of the version, or the object could never take it. */
function strandedVersions({ apiServer, cloud }: Evidence): string[] {
  return cloud.versions.flatMap((version) => {
    const claim = apiServer.claims.get(version.nonce);
    const object = claim && apiServer.store.stored(claim.key);
    if (!claim || !object || apiServer.lifeOf(object) !== claim.life) return [];
    const isSame = claim.fingerprint === fingerprint(toCreateRequest(object, { packing: defaultPacking }));
    return isSame
      ? []
      : [`strandedVersions: ${version.versionId} of ${claim.key}, whose spec is another now`];
  });
}

/** A version of this object and content that is listed is the object's. */
function lostIds(object: EdgeAppVersion, evidence: Evidence): string[] {
  const { spec, status } = object;
  if (spec.suspend || object.metadata.deletionTimestamp) return [];
  if (waitsForRival(status) && rivalOf(object, evidence)?.isHolder) return [];
  // Without an open attempt of its own it takes no version, not even one of an earlier life.
  if (spec.adoptionPolicy === 'Never' && status?.error?.code === 'Conflict') return [];
  // A status that was copied from another object keeps its id, and the remedy is to apply the object again.
  if (status?.versionId && status.versionUid !== object.metadata.uid) return [];
  const own = evidence.cloud.listed.filter((version) => isOf(object, version));
  return own
    .filter(({ versionId }) => status?.versionId !== versionId)
    .map(({ versionId }) => `lostIds: ${toKey(object)} does not know ${versionId}`);
}

/** It comes second for its target, and says so. */
function waitsForRival(status: EdgeAppVersion['status']): boolean {
  return status?.error?.code === 'Conflict' && status.error.operation === 'Validate';
}

/** The id in a status is a version that exists, of this object and content, or taken as identical. */
function wrongAdoptions(object: EdgeAppVersion, { cloud }: Evidence): string[] {
  const { status, spec } = object;
  if (!status?.versionId || object.metadata.deletionTimestamp) return [];
  // A status that was copied from another object keeps its id, which never changes, and says whose it is.
  if (findCondition(status.conditions, 'Stalled')?.reason === 'Conflict') return [];
  const version = cloud.versions.find(({ versionId }) => versionId === status.versionId);
  if (!version) return [`wrongAdoptions: ${toKey(object)} has ${status.versionId}, which does not exist`];
  const request = toCreateRequest(object, { packing: defaultPacking });
  const isAdoptable =
    status.origin === 'Adopted' &&
    spec.adoptionPolicy === 'IfIdentical' &&
    !parseMarker(version.remarks) &&
    hasSameContent(request, version);
  return isOf(object, version) || isAdoptable
    ? []
    : [`wrongAdoptions: ${toKey(object)} has ${status.versionId} of ${version.remarks || 'nobody'}`];
}

/** Under Never a version is taken only by an object that has claimed an attempt. */
function takenUnderNever({ spec, status, metadata }: EdgeAppVersion, { apiServer }: Evidence): string[] {
  if (spec.adoptionPolicy !== 'Never' || !status?.versionId || status.versionUid !== metadata.uid) return [];
  const hasClaimed = [...apiServer.claims.values()].some(({ uid }) => uid === metadata.uid);
  return hasClaimed ? [] : [`wrongAdoptions: ${status.versionId} was taken under Never`];
}

function foreignTouched({ cloud }: Evidence): string[] {
  return cloud.deleted
    .filter(({ isForeign }) => isForeign)
    .map(({ versionId }) => `foreignTouched: ${versionId} was deleted`);
}

/** Every object has come to rest, for the generation it has, with a reason that is true. */
function stuck(object: EdgeAppVersion): string[] {
  const { metadata, status } = object;
  const ready = findCondition(status?.conditions, 'Ready');
  const isResting =
    ready?.status === 'True' || isStalled(status?.conditions) || ready?.reason === 'Suspended';
  if (!isResting) return [`stuck: ${toKey(object)} is ${ready?.status}/${ready?.reason}`];
  if (status?.observedGeneration !== metadata.generation)
    return [`stuck: ${toKey(object)} has not seen its spec`];
  // An attempt may stay open for ever, while a person is told; a version that is listed ends it, which lostIds sees to.
  return [];
}

/** Who waits for a rival has one. */
function idleRivals(object: EdgeAppVersion, evidence: Evidence): string[] {
  if (!waitsForRival(object.status) || object.metadata.deletionTimestamp) return [];
  return rivalOf(object, evidence) ? [] : [`idleRivals: ${toKey(object)} waits for nobody`];
}

function rivalOf(object: EdgeAppVersion, { apiServer }: Evidence): Rival | undefined {
  const sameTarget = apiServer.all().filter((other) => targetOf(other) === targetOf(object));
  return findRival(object, sameTarget);
}

function repeatedNonces({ history }: Evidence): string[] {
  const seen = new Set<string>();
  return history.posts.flatMap(({ nonce }) => {
    if (seen.has(nonce)) return [`repeatedNonces: ${nonce}`];
    seen.add(nonce);
    return [];
  });
}

/** A create is sent only for an attempt that is written down, and soon after it was. */
function latePosts({ history, apiServer, claimDeadlineMs }: Evidence): string[] {
  return history.posts.flatMap(({ nonce, atMs }) => {
    const claim = apiServer.claims.get(nonce);
    if (!claim) return [`unclaimedPosts: ${nonce}`];
    return atMs - claim.writtenAtMs >= claimDeadlineMs ? [`latePosts: ${nonce}`] : [];
  });
}

/** Between two creates of one object the first was surely refused, or three listings proved that nothing came of it. */
function unprovenPosts(evidence: Evidence): string[] {
  const { history, apiServer } = evidence;
  const lastByObject = new Map<string, Post[]>();
  return history.posts.flatMap((post) => {
    const claim = apiServer.claims.get(post.nonce);
    if (!claim) return [];
    const earlier = lastByObject.get(claim.life) ?? [];
    lastByObject.set(claim.life, [...earlier, post]);
    const before = earlier.at(-1);
    if (!before || isProvenBetween(before, post, evidence)) return [];
    return [`unprovenPosts: ${post.nonce} after ${before.nonce} of ${claim.key}`];
  });
}

function isProvenBetween(before: Post, post: Post, evidence: Evidence): boolean {
  const { history, apiServer } = evidence;
  const hadUnknown = apiServer.claims.get(before.nonce)?.unknownBefore ?? false;
  if (before.isRefused && !hadUnknown) return true;
  const without = history.listings.filter(
    ({ atMs, page }) => atMs <= post.atMs && !page.versions.some(({ name }) => name === post.name),
  );
  const processes = new Set(without.map(({ process }) => process));
  return [...processes].some((one) =>
    isProof(
      without.filter(({ process }) => process === one),
      before,
      evidence,
    ),
  );
}

/** The process may stand still, for up to 40 s each time, during its search and again during its listing. */
const longestLookMs = 100_000;

/** Whether one process has made three complete looks, each a search and a whole listing, late and far enough apart. */
function isProof(looks: readonly Listing[], before: Post, evidence: Evidence): boolean {
  const { settleDelayMs, claimDeadlineMs, spacingMs } = evidence;
  // The settle delay begins at the claim, at most a claim deadline before the create was sent.
  const settledMs = before.atMs + settleDelayMs - claimDeadlineMs;
  const wholeMs = looks.filter(({ searchName }) => searchName === undefined).map(({ atMs }) => atMs);
  const completeMs = looks
    .filter(({ searchName, atMs }) => searchName === before.name && atMs >= settledMs)
    .map(({ atMs }) => atMs)
    .filter((searchMs) => wholeMs.some((atMs) => atMs >= searchMs && atMs < searchMs + longestLookMs))
    .sort((one, other) => one - other);
  let [lastMs, proofs] = [Number.NEGATIVE_INFINITY, 0];
  for (const atMs of completeMs) {
    // A millisecond for the rounding of clocks with different zeros.
    if (atMs >= lastMs + spacingMs - 1) [lastMs, proofs] = [atMs, proofs + 1];
  }
  return proofs >= 3;
}

/**
 * Under deletionPolicy Delete nothing is left behind when the object is gone: no version whose id it knew, and none of an
 * attempt that it knew which showed within the propagation time.
 */
function leaks({ cloud, apiServer, propagationMs, isBounded }: Evidence): string[] {
  return [...apiServer.goneUnderDelete].flatMap(([key, object]) =>
    cloud.versions
      .filter((version) => !apiServer.store.stored(key) && isOf(object, version))
      .filter(({ nonce, versionId, listedFromMs }) => {
        const claim = apiServer.claims.get(nonce);
        const isInTime = claim && listedFromMs - claim.writtenAtMs < propagationMs;
        const wasKnown = claim && apiServer.lifeOf(object) === claim.life;
        return isBounded || object.status?.versionId === versionId || (isInTime && wasKnown);
      })
      .map(({ versionId }) => `leaks: ${versionId} of ${key}`),
  );
}

function isOf(object: EdgeAppVersion, version: CloudVersion): boolean {
  const marker = parseMarker(version.remarks);
  const { namespace, name } = object.metadata;
  const print = fingerprint(toCreateRequest(object, { packing: defaultPacking }));
  return (
    marker !== undefined &&
    isSameOwner(marker.owner, { ownerId, namespace, name }) &&
    marker.spec === shortFingerprint(print)
  );
}
