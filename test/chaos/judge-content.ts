/**
 * What a version must hold for an object: an own reading of the contract, so that a fault of the operator's cannot hide
 * in the code that judges it.
 */
import { createHash } from 'node:crypto';
import type { Container, EdgeAppVersion, Probe } from '../../src/kinds/edge-app-version/edge-app-version.ts';

type Members = Readonly<Record<string, unknown>>;

/** The end of a version's remarks: who made it and from what. */
export interface Mark {
  readonly ownerId: string;
  /** `namespace/name` of the object. */
  readonly key: string;
  readonly spec: string;
}

export function readMark(remarks: string | undefined): Mark | undefined {
  const [, ownerId, key, spec] =
    /\[\s*k8s\s+owner=([^/\s]+)\/([^/\s]+\/[^/\s]+)\s+spec=(\S+?)\s*\]\s*$/.exec(remarks ?? '') ?? [];
  return ownerId && key && spec ? { ownerId, key, spec } : undefined;
}

/** The user's own part of the remarks. */
export function plainRemarks(remarks: string): string {
  return readMark(remarks) ? remarks.slice(0, remarks.lastIndexOf('[')).replace(/\s$/, '') : remarks;
}

export const keyOf = ({ metadata }: EdgeAppVersion): string => `${metadata.namespace}/${metadata.name}`;
export const nameOf = ({ metadata, spec }: EdgeAppVersion): string => spec.name ?? metadata.name;
export const targetOf = (object: EdgeAppVersion): string => `${object.spec.appId} ${nameOf(object)}`;

/** `v1:` and the SHA-256 of what the object asks for. */
export function fingerprintOf(object: EdgeAppVersion): string {
  const { appId, remarks, containers } = object.spec;
  const content = {
    AppId: appId,
    Name: nameOf(object),
    ...(remarks && { Remarks: remarks }),
    Containers: containers.map(toWire).sort(byName),
  };
  return `v1:${createHash('sha256').update(sortedJson(content)).digest('hex')}`;
}

/** The first part of a fingerprint, as marks hold it. */
export const shortOf = (fingerprint: string): string => fingerprint.slice(0, 'v1:'.length + 12);

/**
 * Whether `containers`, as the cloud has them, are what the object asks for.
 * @param hooks whether postStart and preStop count; adoption leaves them out
 */
export function holdsContent(
  object: EdgeAppVersion,
  containers: readonly Members[],
  { hooks }: { readonly hooks: boolean },
): boolean {
  const spelled = (all: readonly Members[]) =>
    sortedJson(all.map((container) => withoutSpelling(container, hooks)).sort(byName));
  return spelled(object.spec.containers.map(toWire)) === spelled(containers);
}

function toWire(container: Container): Members {
  const { acrImageInfo, env = [], probe } = container;
  const variables = [...env].sort((one, other) => (one.name < other.name ? -1 : 1));
  return withoutAbsent({
    Name: container.name,
    Image: container.image,
    IsACRImage: acrImageInfo !== undefined,
    ACRImageInfo: acrImageInfo && capitalized(acrImageInfo),
    Spec: container.spec,
    Storage: container.storage ?? '0.5G',
    Command: joined(container.command),
    Args: joined(container.args),
    EnvVariables: variables.map(({ name, value }) => `${name}=${value}`).join(','),
    PostStart: joined(container.postStart),
    PreStop: joined(container.preStop),
    ...toWireProbe(probe),
  });
}

function toWireProbe({ exec, tcpSocket, httpGet, ...timings }: Probe): Members {
  const times = capitalized(timings);
  if (exec) return { ProbeType: 'exec', ProbeContent: { Command: joined(exec.command), ...times } };
  if (tcpSocket) return { ProbeType: 'tcpSocket', ProbeContent: { ...capitalized(tcpSocket), ...times } };
  const { httpHeaders = [], scheme, ...rest } = httpGet ?? {};
  const HttpHeaders = JSON.stringify(httpHeaders.map(({ name, value }) => ({ [name]: value })));
  const content = {
    ...capitalized(rest),
    ...(scheme && { Scheme: scheme.toLowerCase() }),
    ...(httpHeaders.length > 0 && { HttpHeaders }),
    ...times,
  };
  return { ProbeType: 'httpGet', ProbeContent: content };
}

const joined = (parts: readonly string[] = []): string =>
  parts.map((part) => (/\s/.test(part) ? `"${part}"` : part)).join(' ');

function capitalized(members: object): Members {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [`${name[0]?.toUpperCase()}${name.slice(1)}`, value]),
  );
}

/** Without members that say nothing. */
function withoutAbsent(members: Members): Members {
  const saysSomething = (value: unknown) =>
    value !== undefined && value !== null && value !== '' && JSON.stringify(value) !== '{}';
  return Object.fromEntries(Object.entries(members).filter(([, value]) => saysSomething(value)));
}

/** One container in one spelling: numbers and booleans as text, headers as pairs, variables by name. */
function withoutSpelling({ PostStart, PreStop, ...container }: Members, hooks: boolean): Members {
  const { EnvVariables, ProbeContent, ...rest } = container;
  const { HttpHeaders, Scheme, ...probe } = (ProbeContent ?? {}) as Members;
  return asTexts(
    withoutAbsent({
      ...rest,
      ...(hooks && { PostStart, PreStop }),
      EnvVariables: String(EnvVariables ?? '')
        .split(',')
        .sort(),
      ProbeContent: withoutAbsent({
        ...probe,
        Scheme: String(Scheme ?? '').toLowerCase(),
        HttpHeaders: headerPairs(HttpHeaders),
      }),
    }),
  );
}

function headerPairs(headers: unknown): readonly (readonly [string, unknown])[] {
  const value = typeof headers === 'string' && headers !== '' ? JSON.parse(headers) : (headers ?? []);
  const pairs = [value].flat().flatMap((one: object) => Object.entries(one));
  return pairs.sort(([one], [other]) => Number(one > other) - Number(one < other));
}

function asTexts(members: Members): Members {
  return JSON.parse(JSON.stringify(members), (_name, value: unknown) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  );
}

function byName(one: Members, other: Members): number {
  return String(one.Name) < String(other.Name) ? -1 : 1;
}

function sortedJson(value: unknown): string {
  const isMembers = (member: unknown): member is Members =>
    typeof member === 'object' && member !== null && !Array.isArray(member);
  return JSON.stringify(value, (_name, member: unknown) =>
    isMembers(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
