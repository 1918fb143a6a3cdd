/** What becomes of one manifest: the request, as the operator would send it, or every reason why it is refused. */

import { group } from '../api/group.ts';
import type { CreateVersionRequest } from '../cloud/create-request.ts';
import type { Issue } from '../core/schema/issue.ts';
import { effectiveName, type NamedMetadata } from '../core/schema/object-metadata.ts';
import { sizeIssues } from '../core/schema/object-size.ts';
import {
  abandonAnnotation,
  apiVersion,
  type EdgeAppVersion,
  kind,
} from '../kinds/edge-app-version/edge-app-version.ts';
import type { VersionManifest, VersionValidator } from '../kinds/edge-app-version/manifest.ts';
import { fingerprint } from '../kinds/edge-app-version/request/fingerprint.ts';
import { formatMarker } from '../kinds/edge-app-version/request/marker.ts';
import type { PackingOptions } from '../kinds/edge-app-version/request/packing.ts';
import { packingProblems } from '../kinds/edge-app-version/request/packing-problems.ts';
import { toCreateRequest } from '../kinds/edge-app-version/request/to-create-request.ts';

export interface PlanOptions {
  readonly validate: VersionValidator;
  readonly packing: PackingOptions;
  /** Without it the request has no marker. */
  readonly ownerId: string | undefined;
  /** For a manifest that names none. */
  readonly namespace: string;
}

export type Plan =
  | {
      readonly kind: 'sent';
      readonly request: CreateVersionRequest;
      readonly fingerprint: string;
      /** What is ignored, though hardly meant to be. */
      readonly notes: readonly Issue[];
    }
  | { readonly kind: 'refused'; readonly issues: readonly Issue[] }
  /** Not a resource of ours. */
  | { readonly kind: 'skipped' };

/** @param object as decoded from a file */
export function planManifest(object: Readonly<Record<string, unknown>>, options: PlanOptions): Plan {
  if (!isOurs(object)) return { kind: 'skipped' };
  const issues = sizeIssues(object);
  if (issues.length > 0) return { kind: 'refused', issues };
  const verdict = options.validate(object);
  const blanks = verdict.object ? packingProblems(verdict.object, options.packing) : [];
  if (verdict.kind === 'invalid') return { kind: 'refused', issues: onePerField(verdict.issues, blanks) };
  return blanks.length > 0 ? { kind: 'refused', issues: blanks } : toPlan(verdict.object, options);
}

/** A tab breaks a rule of the schema and is a blank too. */
function onePerField(issues: readonly Issue[], blanks: readonly Issue[]): Issue[] {
  const paths = new Set(issues.map(({ path }) => path));
  return [...issues, ...blanks.filter(({ path }) => !paths.has(path))];
}

/** Either is enough, so that a slip in the other is found out. */
function isOurs(object: Readonly<Record<string, unknown>>): boolean {
  return object.kind === kind || String(object.apiVersion).startsWith(`${group}/`);
}

function toPlan(manifest: VersionManifest, { packing, ownerId, namespace: fallback }: PlanOptions): Plan {
  const { metadata, spec } = manifest;
  const name = effectiveName(metadata) ?? '';
  const namespace = metadata.namespace || fallback;
  // The rest of the metadata comes from the API server, and none of it goes into the request.
  const server = { uid: '', resourceVersion: '', generation: 1, creationTimestamp: '' };
  const object: EdgeAppVersion = { apiVersion, kind, metadata: { ...server, name, namespace }, spec };
  const content = fingerprint(toCreateRequest(object, { packing }));
  const marker =
    ownerId === undefined ? {} : { marker: formatMarker({ ownerId, namespace, name, fingerprint: content }) };
  const request = toCreateRequest(object, { packing, ...marker });
  return { kind: 'sent', request, fingerprint: content, notes: notesOn(metadata) };
}

function notesOn({ annotations }: NamedMetadata): Issue[] {
  const abandon = annotations?.[abandonAnnotation];
  if (abandon === undefined || abandon === 'true') return [];
  const path = `metadata.annotations[${abandonAnnotation}]`;
  return [{ path, message: 'is ignored, as only "true" lets the object go without its version' }];
}
