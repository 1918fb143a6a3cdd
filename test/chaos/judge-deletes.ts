/** Nothing is deleted but what an object with `deletionPolicy: Delete` made, and that is, once the object is gone. */

import type { StoredVersion } from '../../src/emulator/emulator.ts';
import { abandonAnnotation, type EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { Evidence } from './evidence.ts';
import { fingerprintOf, keyOf, shortOf } from './judge-content.ts';
import { isDelete, type VersionLife } from './judge-lives.ts';

export function brokenDeletes(evidence: Evidence, lives: readonly VersionLife[]): string[] {
  const foreign = lives.filter(({ mark }) => mark?.ownerId !== evidence.ownerId);
  return [
    ...foreign.flatMap((life) => foreignTouched(life, evidence)),
    ...unwantedDeletes(evidence, lives),
    ...leaks(evidence, lives),
  ];
}

/** Not even an attempt, whatever the cloud made of it. */
function foreignTouched({ versionId, now, before }: VersionLife, { calls, takenAway }: Evidence): string[] {
  if (calls.some((call) => isDelete(call) && call.parameters.VersionId === versionId))
    return [`foreignTouched: a delete of ${versionId} was sent`];
  if (!now) return takenAway.includes(versionId) ? [] : [`foreignTouched: ${versionId} is gone`];
  return before && contentOf(before) !== contentOf(now) ? [`foreignTouched: ${versionId} has changed`] : [];
}

const contentOf = ({ appId, name, remarks, containers }: StoredVersion): string =>
  JSON.stringify([appId, name, remarks, containers]);

/** Each delete call is for an object that is going, or gone, under Delete. */
function unwantedDeletes(
  { calls, objects, gone, ownerId }: Evidence,
  lives: readonly VersionLife[],
): string[] {
  const going = [...gone, ...objects.filter(({ metadata }) => metadata.deletionTimestamp)];
  const wanted = new Set(going.filter(({ spec }) => spec.deletionPolicy === 'Delete').map(keyOf));
  const own = new Map(
    lives.filter(({ mark }) => mark?.ownerId === ownerId).map((life) => [life.versionId, life]),
  );
  return calls
    .filter(isDelete)
    .map(({ parameters }) => own.get(parameters.VersionId ?? ''))
    .filter((life) => life !== undefined)
    .filter(({ mark }) => mark && !wanted.has(mark.key))
    .map(({ versionId, mark }) => `unwantedDeletes: ${versionId} of ${mark?.key}`);
}

/** An object that is gone under Delete, and was not let go by the annotation, left no version behind. */
function leaks({ gone, objects, ownerId }: Evidence, lives: readonly VersionLife[]): string[] {
  const present = new Set(objects.map(keyOf));
  const specs = Map.groupBy(gone.filter(takesItsVersionAlong), keyOf);
  return lives
    .filter(({ now, mark }) => now && mark?.ownerId === ownerId && !present.has(mark.key))
    .filter(({ mark }) => specs.get(mark?.key ?? '')?.some((object) => isMadeFrom(object, mark?.spec)))
    .map(({ versionId, mark }) => `leaks: ${versionId} of ${mark?.key}`);
}

function takesItsVersionAlong({ metadata, spec }: EdgeAppVersion): boolean {
  return spec.deletionPolicy === 'Delete' && metadata.annotations?.[abandonAnnotation] !== 'true';
}

const isMadeFrom = (object: EdgeAppVersion, spec: string | undefined): boolean =>
  shortOf(fingerprintOf(object)) === spec;
