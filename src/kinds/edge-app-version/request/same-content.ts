/** Compares a create request with a version that exists, in whatever shape the API echoes it (reference 9.2). */

import type { CreateVersionRequest } from '../../../cloud/create-request.ts';
import { canonicalJson, compareCodeUnits } from '../../../core/json/canonical-json.ts';
import { isRecord } from '../../../core/json/is-record.ts';
import { sortJoinedEnv } from './packing.ts';

/**
 * Whether the version holds what `request` would create. Remarks and hooks are left out: the first holds the
 * marker, and the API does not say in which form it echoes the others. Nothing is assumed to be a default.
 */
export function hasSameContent(
  request: CreateVersionRequest,
  detail: { readonly name: string; readonly containers: readonly unknown[] },
): boolean {
  return (
    request.Name === detail.name && canonicalForm(request.Containers) === canonicalForm(detail.containers)
  );
}

function canonicalForm(containers: readonly unknown[]): string {
  return canonicalJson(containers.map(toContent).map(canonicalJson).sort(compareCodeUnits));
}

/** Brings one value of the wire into its one form; undefined where it says nothing. */
type Normalize = (value: unknown) => unknown;

const asIs: Normalize = (value) => value;
const toNumber: Normalize = (value) =>
  typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value;
const toBoolean: Normalize = (value) => (value === 'true' || value === 'false' ? value === 'true' : value);
const toLowerCase: Normalize = (value) => (typeof value === 'string' ? value.toLowerCase() : value);
const toSortedEnv: Normalize = (value) => (typeof value === 'string' ? sortJoinedEnv(value) : value);

const acrImageInfo: Readonly<Record<string, Normalize>> = {
  Domain: asIs,
  InstanceId: asIs,
  IsEnterpriseRegistry: toBoolean,
  RegionId: asIs,
  RepoId: asIs,
  RepoName: asIs,
  RepoNamespace: asIs,
  Tag: asIs,
  TagUrl: asIs,
};

const probeContent: Readonly<Record<string, Normalize>> = {
  Command: asIs,
  Host: asIs,
  HttpHeaders: toHeaders,
  Path: asIs,
  Port: toNumber,
  Scheme: toLowerCase,
  InitialDelaySeconds: toNumber,
  TimeoutSeconds: toNumber,
  PeriodSeconds: toNumber,
  SuccessThreshold: toNumber,
  FailureThreshold: toNumber,
};

const container: Readonly<Record<string, Normalize>> = {
  Name: asIs,
  Image: asIs,
  IsACRImage: toBoolean,
  ACRImageInfo: (value) => pick(acrImageInfo, parsed(value)),
  Spec: asIs,
  Storage: asIs,
  Command: asIs,
  Args: asIs,
  EnvVariables: toSortedEnv,
  ProbeType: asIs,
  ProbeContent: (value) => pick(probeContent, parsed(value)),
};

function toContent(value: unknown): unknown {
  return pick(container, value);
}

/** The members that `fields` knows and that say something; what is no object stays as it is. */
function pick(fields: Readonly<Record<string, Normalize>>, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const members = Object.entries(fields)
    .filter(([name]) => Object.hasOwn(value, name) && saysSomething(value[name]))
    .map(([name, normalize]) => [name, normalize(value[name])] as const)
    .filter(([, normal]) => saysSomething(normal));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function saysSomething(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** What a text of JSON holds; any other value, and any other text, stays. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Pairs ordered by name; the order of values under one name is kept. One plain object has no order to compare. */
function toHeaders(value: unknown): unknown {
  const content = parsed(value);
  const objects = Array.isArray(content) ? content : [content];
  if (!objects.every(isRecord)) return content ?? undefined;
  const pairs = objects
    .flatMap((object) => Object.entries(object))
    .sort(([a], [b]) => compareCodeUnits(a, b));
  return pairs.length === 0 ? undefined : pairs.map(([name, held]) => [name, toText(held)]);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
