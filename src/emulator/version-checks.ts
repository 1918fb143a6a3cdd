/** What CreateEdgeContainerAppVersion refuses, in the order of the API reference (15.4). */

import { ApiError } from './api-error.ts';
import { isObject } from './is-object.ts';
import type { Switches } from './switches.ts';
import type { JsonObject } from './version-record.ts';

const specs = ['1C2G', '2C4G', '2C8G', '4C8G', '4C16G', '8C16G', '8C32G'];
const storages = ['0.5G', '10G', '20G', '30G'];
const probeTypes = ['exec', 'tcpSocket', 'httpGet'];

const optionalTexts = ['Command', 'Args', 'EnvVariables', 'PostStart', 'PreStop'];
const acrTexts = ['Domain', 'InstanceId', 'RegionId', 'RepoId', 'RepoName', 'RepoNamespace', 'Tag', 'TagUrl'];
const probeTexts = ['Command', 'Host', 'Path', 'Scheme'];
const probeTimes = [
  'InitialDelaySeconds',
  'TimeoutSeconds',
  'PeriodSeconds',
  'SuccessThreshold',
  'FailureThreshold',
];
/** INF in the reference: not documented, so only checked where a switch asks for it. */
const probeNeeds: Readonly<Record<string, readonly string[]>> = {
  exec: ['Command'],
  tcpSocket: ['Port'],
  httpGet: ['Port', 'Path'],
};

/**
 * The containers of a create request, with the documented members only and ProbeContent as object.
 * @throws ApiError with the first refusal
 */
export function readContainers(text: string, switches: Switches): JsonObject[] {
  const parsed = parseJson(text);
  if (!Array.isArray(parsed) || parsed.length === 0) throw new ApiError('InvalidParameter');
  if (switches.maxContainers > 0 && parsed.length > switches.maxContainers)
    throw new ApiError('InvalidParameter');
  const containers = parsed.map((entry) => readContainer(entry, switches));
  if (switches.imageCharacters === 'refused') containers.forEach(checkImage);
  containers.forEach(checkHttpHeaders);
  if (new Set(containers.map((container) => container.Name)).size < containers.length) {
    throw new ApiError('ParameterAlreadyExist');
  }
  return containers;
}

function readContainer(entry: unknown, switches: Switches): JsonObject {
  const given = asObject(entry);
  const probeType = requiredText(given, 'ProbeType', probeTypes);
  const probe = readProbe(given.ProbeContent);
  if (switches.probeMembers === 'required') requireMembers(probe, probeNeeds[probeType] ?? []);
  return {
    Name: requiredText(given, 'Name'),
    Image: requiredText(given, 'Image'),
    IsACRImage: requiredBoolean(given.IsACRImage),
    ...(isPresent(given.ACRImageInfo) && { ACRImageInfo: readAcrImageInfo(given.ACRImageInfo) }),
    Spec: requiredText(given, 'Spec', specs),
    Storage: requiredText(given, 'Storage', storages),
    ...pickTexts(given, optionalTexts),
    ProbeType: probeType,
    ProbeContent: probe,
  };
}

function readAcrImageInfo(value: unknown): JsonObject {
  const given = asObject(value);
  const isEnterprise = given.IsEnterpriseRegistry;
  return {
    ...pickTexts(given, acrTexts),
    ...(isPresent(isEnterprise) && { IsEnterpriseRegistry: requiredBoolean(isEnterprise) }),
  };
}

/** ProbeContent comes as object, or as a string that holds its JSON (API reference Q1). */
function readProbe(value: unknown): JsonObject {
  const given = asObject(typeof value === 'string' ? parseJson(value) : value);
  const headers = given.HttpHeaders;
  return {
    ...pickTexts(given, probeTexts),
    ...pickIntegers(given, ['Port'], 1, 65_535),
    ...pickIntegers(given, probeTimes, 0, Number.MAX_SAFE_INTEGER),
    // Kept whatever it is: its own code refuses it later.
    ...(isPresent(headers) && { HttpHeaders: headers }),
  };
}

function requireMembers(probe: JsonObject, names: readonly string[]): void {
  if (names.some((name) => !isPresent(probe[name]))) throw new ApiError('InvalidParameter');
}

/** "Must not contain illegal characters such as `@`, `#`, `%`"; blanks are in no image address. */
function checkImage(container: JsonObject): void {
  if (/[@#%\s]/.test(String(container.Image))) throw new ApiError('InvalidParameter.Image');
}

/** A string that holds JSON: an array of objects or one object (Q1, Q2), without `@` and `#`. */
function checkHttpHeaders(container: JsonObject): void {
  const headers = (container.ProbeContent as JsonObject).HttpHeaders;
  if (headers === undefined || headers === '') return;
  const entries = typeof headers === 'string' && !/[@#]/.test(headers) ? tryJson(headers) : undefined;
  const isGood = Array.isArray(entries) ? entries.every(isObject) : isObject(entries);
  if (!isGood) throw new ApiError('InvalidParameter.HttpHeaders');
}

function pickTexts(given: JsonObject, names: readonly string[]): JsonObject {
  return pick(given, names, (value) => typeof value === 'string');
}

function pickIntegers(given: JsonObject, names: readonly string[], min: number, max: number): JsonObject {
  return pick(
    given,
    names,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  );
}

/** The members of those names that are there. @throws ApiError if one does not pass. */
function pick(given: JsonObject, names: readonly string[], passes: (value: unknown) => boolean): JsonObject {
  const picked: Record<string, unknown> = {};
  for (const name of names) {
    const value = given[name];
    if (!isPresent(value)) continue;
    if (!passes(value)) throw new ApiError('InvalidParameter');
    picked[name] = value;
  }
  return picked;
}

function requiredText(given: JsonObject, name: string, allowed?: readonly string[]): string {
  const value = given[name];
  const isGood = typeof value === 'string' && value !== '' && (allowed?.includes(value) ?? true);
  if (!isGood) throw new ApiError('InvalidParameter');
  return value;
}

function requiredBoolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new ApiError('InvalidParameter');
  return value;
}

function asObject(value: unknown): JsonObject {
  if (!isObject(value)) throw new ApiError('InvalidParameter');
  return value;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parseJson(text: string): unknown {
  const parsed = tryJson(text);
  if (parsed === undefined) throw new ApiError('InvalidParameter');
  return parsed;
}

/** Undefined if the text is not JSON. */
function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
