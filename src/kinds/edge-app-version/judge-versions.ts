/** Judges the versions that bear the sought name: ours, somebody else's, or none. */
import type { AdoptionPolicy } from './edge-app-version.ts';
import { type Owner, parseMarker } from './request/marker.ts';
import {
  anotherOwner,
  duplicateVersion,
  earlierObject,
  type Holder,
  nameTaken,
  nobody,
  nobodySeveralTimes,
  type VersionProblem,
} from './status/version-problems.ts';

export interface Sought {
  readonly name: string;
  readonly owner: Owner;
  /** Whether the short fingerprint in a marker is that of the sought content. */
  readonly isSameSpec: (spec: string) => boolean;
  readonly adoptionPolicy: AdoptionPolicy;
  /** An attempt to create is open, so that a version of ours may be its work. */
  readonly hasAttempt: boolean;
}

/** What of a version the judgement needs. */
export interface Candidate {
  readonly versionId: string;
  readonly remarks: string;
}

export type Judgement<V> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'ours'; readonly version: V }
  /** Nobody's by its remarks; may be adopted if its content is equal. */
  | { readonly kind: 'unowned'; readonly version: V }
  | { readonly kind: 'stop'; readonly problem: VersionProblem };

/** @param matches every version whose name is exactly `sought.name` */
export function judgeVersions<V extends Candidate>(matches: readonly V[], sought: Sought): Judgement<V> {
  const ours = matches.filter((version) => isOurs(version, sought));
  if (ours.length > 1) {
    return stop(
      duplicateVersion(
        sought.name,
        ours.map(({ versionId }) => versionId),
      ),
    );
  }
  const [own] = ours;
  if (own && (sought.hasAttempt || sought.adoptionPolicy !== 'Never')) return { kind: 'ours', version: own };
  const [first, ...others] = matches;
  if (!first) return { kind: 'absent' };
  const marked = matches.find((version) => parseMarker(version.remarks));
  if (marked) return stop(nameTaken(sought.name, marked.versionId, whose(marked, sought)));
  const mayAdopt = sought.adoptionPolicy === 'IfIdentical';
  if (mayAdopt && others.length === 0) return { kind: 'unowned', version: first };
  return stop(nameTaken(sought.name, first.versionId, mayAdopt ? nobodySeveralTimes : nobody));
}

/** Whether the marker of `version` names this object and the sought content. */
export function isOurs(
  version: Candidate,
  { owner, isSameSpec }: Pick<Sought, 'owner' | 'isSameSpec'>,
): boolean {
  const marker = parseMarker(version.remarks);
  return marker !== undefined && isSameOwner(marker.owner, owner) && isSameSpec(marker.spec);
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return a.ownerId === b.ownerId && a.namespace === b.namespace && a.name === b.name;
}

/** Who has a version that is not the sought one, by its marker. */
export function whose(
  version: Candidate,
  { owner, isSameSpec }: Pick<Sought, 'owner' | 'isSameSpec'>,
): Holder {
  const marker = parseMarker(version.remarks);
  if (!marker) return nobody;
  if (isSameOwner(marker.owner, owner)) return earlierObject(isSameSpec(marker.spec));
  const { ownerId, namespace, name } = marker.owner;
  return anotherOwner(ownerId, namespace, name);
}

function stop(problem: VersionProblem): { readonly kind: 'stop'; readonly problem: VersionProblem } {
  return { kind: 'stop', problem };
}
