/** What a pass does first, from the object alone; pure, and in the order in which it reads. */

import { isStalled } from '../../api/conditions.ts';
import { hasFinalizer, withoutFinalizer } from '../../api/finalizers.ts';
import type { ObjectMeta } from '../../api/object-meta.ts';
import { isAsked } from '../../api/requested-at.ts';
import { operations } from '../../cloud/operations.ts';
import type { Issue } from '../../core/schema/issue.ts';
import type { FrameStep } from '../../runtime/reconcile-object.ts';
import { waitsForCredentials, waitsForSchema } from './cached-version.ts';
import { abandonAnnotation, type EdgeAppVersion, finalizer } from './edge-app-version.ts';
import { versionName } from './request/version-name.ts';
import type { Rival } from './rival.ts';
import { invalidSpec, rivalHolds, type VersionProblem } from './status/version-problems.ts';

export type Step = FrameStep | VersionStep;

export type VersionStep =
  | { readonly kind: 'suspend' }
  | { readonly kind: 'delete' }
  /** The id is known: see how its build goes. */
  | { readonly kind: 'follow' }
  /** The id was not stored for this object: see whose version it is. */
  | { readonly kind: 'verify' }
  /** No call can help. */
  | { readonly kind: 'refuse'; readonly problem: VersionProblem }
  /** Another object comes first, but only by its age: take what is surely this one's, else refuse. */
  | { readonly kind: 'reclaim'; readonly problem: VersionProblem }
  /** Look for the version, and create it if it is surely absent. */
  | { readonly kind: 'ensure' };

export interface Surroundings {
  readonly wallMs: number;
  /** The object that comes first for the same target, if any. */
  readonly findRival: () => Rival | undefined;
  readonly findIssues: () => readonly Issue[];
}

export function nextStep(object: EdgeAppVersion, surroundings: Surroundings): Step {
  const { metadata, spec, status } = object;
  if (metadata.deletionTimestamp) return nextStepOfDeletion(object, surroundings.wallMs);
  const isKept = spec.deletionPolicy === 'Delete';
  if (isKept !== hasFinalizer(metadata, finalizer)) return setFinalizer(metadata, isKept);
  if (status?.attempt) return { kind: 'ensure' };
  const restMs = restOf(object, surroundings.wallMs);
  if (status?.versionId) {
    if (restMs > 0) return { kind: 'rest', forMs: restMs };
    return { kind: status.versionUid === metadata.uid ? 'follow' : 'verify' };
  }
  if (spec.suspend) return { kind: 'suspend' };
  const refusal = findRefusal(object, surroundings);
  if (refusal) return refusal;
  return restMs > 0 ? { kind: 'rest', forMs: restMs } : { kind: 'ensure' };
}

/** The finalizers of others stay as they are. */
function setFinalizer(metadata: ObjectMeta, isKept: boolean): FrameStep {
  const others = withoutFinalizer(metadata, finalizer);
  return { kind: 'setFinalizers', finalizers: isKept ? [...others, finalizer] : others };
}

function nextStepOfDeletion(object: EdgeAppVersion, wallMs: number): Step {
  const { metadata, spec } = object;
  if (!hasFinalizer(metadata, finalizer)) return { kind: 'rest' };
  const isLetGo = spec.deletionPolicy !== 'Delete' || metadata.annotations?.[abandonAnnotation] === 'true';
  if (isLetGo) return { kind: 'removeFinalizer' };
  if (spec.suspend) return { kind: 'suspend' };
  const restMs = restOf(object, wallMs);
  return restMs > 0 ? { kind: 'rest', forMs: restMs } : { kind: 'delete' };
}

function findRefusal(object: EdgeAppVersion, { findRival, findIssues }: Surroundings): Step | undefined {
  const issues = findIssues();
  if (issues.length > 0) return { kind: 'refuse', problem: invalidSpec(issues) };
  const rival = findRival();
  if (!rival) return undefined;
  const problem = rivalHolds(rival.key, `${object.spec.appId}/${versionName(object)}`);
  return { kind: rival.isHolder ? 'refuse' : 'reclaim', problem };
}

/** What a value of the annotation that means nothing is answered with; empty where there is none. */
export function abandonHint({ metadata }: EdgeAppVersion): string {
  const value = metadata.annotations?.[abandonAnnotation];
  return value === undefined ? '' : `; the annotation ${abandonAnnotation} counts only with the value "true"`;
}

const longestRestMs = 66 * 60_000;

/** How long the time of the next try, in the status, is still away. A clock set back does not stretch it. */
function restOf(object: EdgeAppVersion, wallMs: number): number {
  const { metadata, status } = object;
  const next = status?.error?.nextAttemptTime;
  if (!next || isAsked(object) || status.observedGeneration !== metadata.generation) return 0;
  if (waitsForCredentials(object) || waitsForSchema(object)) return 0;
  return Math.min(Math.max(0, Date.parse(next) - wallMs), longestRestMs);
}

/** Whether the cloud has refused this very request for good: it is not sent again unless somebody asks for it. */
export function isRefusedForGood(object: EdgeAppVersion, fingerprint: string): boolean {
  const { status } = object;
  if (status?.fingerprint !== fingerprint || !isStalled(status.conditions)) return false;
  const { error } = status;
  const isRefused = error?.class === 'Terminal' && error.operation === operations.createVersion;
  return isRefused && !isAsked(object);
}
