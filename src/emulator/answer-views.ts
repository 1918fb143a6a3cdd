/** How versions look in answers. */
import type { Switches } from './switches.ts';
import { type JsonObject, updatedAtMs, type VersionRecord, versionStatus } from './version-record.ts';

/** Members of a container that List leaves out (API reference 9.3). */
const getOnlyMembers = ['IsACRImage', 'ACRImageInfo', 'Storage'];

/** What Kubernetes takes where a readiness probe names no value. */
const kubernetesProbeDefaults = {
  InitialDelaySeconds: 0,
  TimeoutSeconds: 1,
  PeriodSeconds: 10,
  SuccessThreshold: 1,
  FailureThreshold: 3,
};

/** `Version` of GetEdgeContainerAppVersion. */
export function versionDetail(version: VersionRecord, switches: Switches, nowMs: number): JsonObject {
  return view(version, switches, nowMs, (container) => container);
}

/** One of `Versions` of ListEdgeContainerAppVersions. */
export function versionListItem(version: VersionRecord, switches: Switches, nowMs: number): JsonObject {
  return view(version, switches, nowMs, (container) =>
    Object.fromEntries(Object.entries(container).filter(([name]) => !getOnlyMembers.includes(name))),
  );
}

function view(
  version: VersionRecord,
  switches: Switches,
  nowMs: number,
  cut: (container: JsonObject) => JsonObject,
): JsonObject {
  const time = (ms: number) => writeTime(ms, switches);
  const published = version.publishedAtMs === null ? undefined : time(version.publishedAtMs);
  return {
    AppId: version.appId,
    VersionId: version.versionId,
    Name: version.name,
    Remarks: version.remarks,
    Status: versionStatus(version, nowMs),
    CreateTime: time(version.createdAtMs),
    UpdateTime: time(updatedAtMs(version, nowMs)),
    ...(published !== undefined && { PublishTime: published, LastPublishTime: published }),
    Containers: inEchoOrder(version.containers, switches).map((container) => cut(echo(container, switches))),
  };
}

/** Times come in several forms (API reference Q9). */
export function writeTime(ms: number, switches: Switches): string {
  const utc = new Date(ms).toISOString();
  if (switches.timeFormat === 'utc') return `${utc.slice(0, 19)}Z`;
  if (switches.timeFormat === 'blank') return utc.slice(0, 19).replace('T', ' ');
  const beijing = new Date(ms + 8 * 3_600_000).toISOString();
  return `${beijing.slice(0, 23)}000000+08:00`;
}

function inEchoOrder(containers: readonly JsonObject[], switches: Switches): readonly JsonObject[] {
  if (switches.containerOrderEcho === 'as-sent') return containers;
  const name = (container: JsonObject) => String(container.Name);
  return [...containers].sort((one, other) => (name(one) < name(other) ? -1 : 1));
}

function echo(container: JsonObject, switches: Switches): JsonObject {
  const { PostStart, ProbeContent, ...rest } = container;
  const probe = echoProbe(ProbeContent as JsonObject, switches);
  return {
    ...echoCommands(rest, switches),
    ...echoPostStart(PostStart, switches),
    ProbeContent: switches.probeContentEcho === 'string' ? JSON.stringify(probe) : probe,
  };
}

function echoPostStart(postStart: unknown, switches: Switches): JsonObject {
  if (postStart === undefined || switches.postStartEcho === 'omitted') return {};
  if (switches.postStartEcho === 'as-sent') return { PostStart: postStart };
  const split = switches.postStartEcho === 'exec-json' ? toWords : toParts;
  return { PostStart: JSON.stringify({ exec: { command: split(String(postStart)) } }) };
}

/** With the members that hold a command in the form that the switch asks for. */
function echoCommands(members: JsonObject, { commandEcho }: Switches): JsonObject {
  if (commandEcho === 'as-sent') return members;
  const split = commandEcho === 'words' ? toWords : toParts;
  const entries = Object.entries(members).map(([name, value]) => [
    name,
    ['Command', 'Args', 'PreStop'].includes(name) ? JSON.stringify(split(String(value))) : value,
  ]);
  return Object.fromEntries(entries);
}

function toWords(command: string): string[] {
  return command.split(' ');
}

/** A double quote begins and ends a part. */
function toParts(command: string): string[] {
  return Array.from(command.matchAll(/"([^"]*)"|[^ "]+/g), ([word, quoted]) => quoted ?? word);
}

function echoProbe(probe: JsonObject, switches: Switches): JsonObject {
  const headers = echoHeaders(probe.HttpHeaders, switches);
  return {
    ...(switches.probeDefaultsEcho && kubernetesProbeDefaults),
    ...echoCommands(probe, switches),
    ...(headers !== undefined && { HttpHeaders: headers }),
  };
}

/** As the string that was sent, as an array of one-pair objects, or as one object (API reference Q2). */
function echoHeaders(headers: unknown, switches: Switches): unknown {
  if (switches.httpHeadersEcho === 'as-sent' || typeof headers !== 'string' || headers === '') return headers;
  const parsed: JsonObject | JsonObject[] = JSON.parse(headers);
  const pairs = [parsed].flat().flatMap((entry) => Object.entries(entry));
  if (switches.httpHeadersEcho === 'object') return Object.fromEntries(pairs);
  return pairs.map(([name, value]) => ({ [name]: value }));
}
