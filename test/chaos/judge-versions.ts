/** Each version belongs to one object, and each object has the version that is its own. */
import { findCondition } from '../../src/api/conditions.ts';
import type { StoredVersion } from '../../src/emulator/emulator.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { Evidence } from './evidence.ts';
import {
  fingerprintOf,
  holdsContent,
  keyOf,
  nameOf,
  plainRemarks,
  readMark,
  shortOf,
  targetOf,
} from './judge-content.ts';
import type { VersionLife } from './judge-lives.ts';

export function brokenVersions(evidence: Evidence, lives: readonly VersionLife[]): string[] {
  return [
    ...duplicates(lives),
    ...sharedIds(evidence),
    ...evidence.objects.flatMap((object) => [
      ...lostIds(object, evidence, lives),
      ...wrongAdoptions(object, evidence),
    ]),
  ];
}

/** At no time two versions of one app, name and owner. */
function duplicates(lives: readonly VersionLife[]): string[] {
  const owned = lives.filter(({ mark }) => mark);
  const groups = Map.groupBy(owned, ({ appId, name, mark }) =>
    JSON.stringify([appId, name, mark?.ownerId, mark?.key]),
  );
  return [...groups.values()].flatMap((group) => {
    const inOrder = group.toSorted((one, other) => one.bornMs - other.bornMs);
    return inOrder
      .filter(({ bornMs }, index) => inOrder.slice(0, index).some(({ goneMs }) => goneMs > bornMs))
      .map(({ versionId, name, mark }) => `duplicates: ${versionId} is one more ${name} of ${mark?.key}`);
  });
}

function sharedIds({ objects }: Evidence): string[] {
  const known = objects.filter(({ status }) => status?.versionId);
  return [...Map.groupBy(known, ({ status }) => status?.versionId)]
    .filter(([, holders]) => holders.length > 1)
    .map(([id, holders]) => `wrongAdoptions: ${holders.map(keyOf).join(' and ')} both have ${id}`);
}

/** A version with the mark of an object, and made from its content, is known to it. */
function lostIds(
  object: EdgeAppVersion,
  evidence: Evidence,
  lives: readonly VersionLife[],
): readonly string[] {
  const key = keyOf(object);
  const { ownerId } = evidence;
  if (mayIgnoreItsOwn(object, evidence)) return [];
  const spec = shortOf(fingerprintOf(object));
  return lives
    .filter(({ now, mark }) => now && mark?.ownerId === ownerId && mark.key === key && mark.spec === spec)
    .filter(({ appId, name }) => appId === object.spec.appId && name === nameOf(object))
    .filter(({ versionId }) => versionId !== object.status?.versionId)
    .map(({ versionId }) => `lostIds: ${key} does not know ${versionId}`);
}

/** Suspended, going, told to take nothing that an earlier object made, or second to one that has the version. */
function mayIgnoreItsOwn(object: EdgeAppVersion, { objects }: Evidence): boolean {
  const { metadata, spec, status } = object;
  const isIdle = spec.suspend === true || metadata.deletionTimestamp !== undefined;
  const isConflict = status?.error?.code === 'Conflict';
  const hasRival = objects.some(
    (other) => other !== object && targetOf(other) === targetOf(object) && other.status?.versionId,
  );
  return isIdle || (isConflict && (hasRival || spec.adoptionPolicy === 'Never'));
}

/** The id in a status is that of a version that is there, is the object's, and is what its spec asks for. */
function wrongAdoptions(object: EdgeAppVersion, evidence: Evidence): readonly string[] {
  const { status, metadata } = object;
  const id = status?.versionId;
  if (!id || metadata.deletionTimestamp) return [];
  const version = evidence.versions.find(({ versionId }) => versionId === id);
  if (!version) return isKnownMissing(object, evidence) ? [] : [wrong(object, 'which does not exist')];
  const isOwned = status.origin === 'Adopted' ? isAdoptable(object) : isMarkedFor(object, evidence.ownerId);
  return [
    ...(isOwned(version) ? [] : [wrong(object, `${status.origin}, of ${version.remarks || 'nobody'}`)]),
    ...(hasContentOf(object, version) ? [] : [wrong(object, 'whose content is not that of the spec')]),
  ];
}

const wrong = (object: EdgeAppVersion, what: string) =>
  `wrongAdoptions: ${keyOf(object)} has ${object.status?.versionId}, ${what}`;

function isKnownMissing({ status }: EdgeAppVersion, { takenAway }: Evidence): boolean {
  const isReported = findCondition(status?.conditions, 'Ready')?.reason === 'VersionMissing';
  return isReported || takenAway.includes(status?.versionId ?? '');
}

const isAdoptable =
  ({ spec }: EdgeAppVersion) =>
  ({ remarks }: StoredVersion): boolean =>
    spec.adoptionPolicy === 'IfIdentical' && !readMark(remarks);

const isMarkedFor = (object: EdgeAppVersion, ownerId: string) => (version: StoredVersion) => {
  const mark = readMark(version.remarks);
  const isItsKey = mark?.ownerId === ownerId && mark.key === keyOf(object);
  return isItsKey && mark.spec === shortOf(fingerprintOf(object));
};

function hasContentOf(object: EdgeAppVersion, version: StoredVersion): boolean {
  const { appId, name, remarks, containers } = version;
  const isAdopted = object.status?.origin === 'Adopted';
  return (
    appId === object.spec.appId &&
    name === nameOf(object) &&
    (isAdopted || plainRemarks(remarks) === (object.spec.remarks ?? '')) &&
    holdsContent(object, containers, { hooks: !isAdopted })
  );
}
