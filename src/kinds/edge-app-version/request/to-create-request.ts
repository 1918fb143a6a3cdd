/** Turns the resource into the request that creates its version (API reference 9.1). */
import type {
  CreateVersionRequest,
  WireAcrImageInfo,
  WireContainer,
  WireProbeContent,
} from '../../../cloud/create-request.ts';
import { type Present, present } from '../../../core/json/present.ts';
import type {
  AcrImageInfo,
  Container,
  EdgeAppVersion,
  HttpGetProbe,
  HttpHeader,
  Probe,
} from '../edge-app-version.ts';
import { addMarker } from './marker.ts';
import { type BlankRule, joinEnv, joinParts, type PackingOptions } from './packing.ts';
import { versionName } from './version-name.ts';

/**
 * The create request for a valid `object`; containers and variables keep the order of the spec, and what the
 * spec leaves out is left out, but for `storage`, which the API requires.
 * @throws RangeError for a part that `packingProblems` reports.
 */
export function toCreateRequest(
  object: EdgeAppVersion,
  options: { readonly packing: PackingOptions; readonly marker?: string },
): CreateVersionRequest {
  const { spec } = object;
  return present({
    AppId: spec.appId,
    Name: versionName(object),
    Remarks: toRemarks(spec.remarks, options.marker),
    Containers: spec.containers.map((container) => toWireContainer(container, options.packing)),
  });
}

/** An empty text is left out: with a marker it could not be told from an absent one. */
function toRemarks(remarks: string | undefined, marker: string | undefined): string | undefined {
  const text = marker === undefined ? remarks : addMarker(remarks, marker);
  return text === '' ? undefined : text;
}

function toWireContainer(container: Container, packing: PackingOptions): WireContainer {
  const probe = toWireProbe(container.probe, packing.blanksInCommands);
  return present({
    Name: container.name,
    Image: container.image,
    IsACRImage: container.acrImageInfo !== undefined,
    ACRImageInfo: toWireAcrImageInfo(container.acrImageInfo ?? {}),
    Spec: container.spec,
    Storage: container.storage ?? '0.5G',
    Command: joinIfAny(container.command, packing.blanksInCommands),
    Args: joinIfAny(container.args, packing.blanksInCommands),
    EnvVariables: container.env?.length ? joinEnv(container.env) : undefined,
    PostStart: joinIfAny(container.postStart, packing.blanksInHooks),
    PreStop: joinIfAny(container.preStop, packing.blanksInHooks),
    ...probe,
  });
}

function joinIfAny(parts: readonly string[] | undefined, blanks: BlankRule): string | undefined {
  return parts?.length ? joinParts(parts, blanks) : undefined;
}

function toWireAcrImageInfo(info: AcrImageInfo): WireAcrImageInfo | undefined {
  const wire = present({
    Domain: info.domain,
    InstanceId: info.instanceId,
    IsEnterpriseRegistry: info.isEnterpriseRegistry,
    RegionId: info.regionId,
    RepoId: info.repoId,
    RepoName: info.repoName,
    RepoNamespace: info.repoNamespace,
    Tag: info.tag,
    TagUrl: info.tagUrl,
  });
  return Object.keys(wire).length === 0 ? undefined : wire;
}

function toWireProbe(probe: Probe, blanks: BlankRule): Pick<WireContainer, 'ProbeType' | 'ProbeContent'> {
  if (probe.exec) {
    return withTimings('exec', probe, { Command: joinParts(probe.exec.command, blanks) });
  }
  if (probe.tcpSocket) {
    return withTimings(
      'tcpSocket',
      probe,
      present({ Host: probe.tcpSocket.host, Port: probe.tcpSocket.port }),
    );
  }
  if (probe.httpGet) return withTimings('httpGet', probe, toHttpGet(probe.httpGet));
  throw new TypeError('the probe has none of exec, tcpSocket and httpGet');
}

function withTimings(
  type: WireContainer['ProbeType'],
  probe: Probe,
  action: WireProbeContent,
): Pick<WireContainer, 'ProbeType' | 'ProbeContent'> {
  const timings = present({
    InitialDelaySeconds: probe.initialDelaySeconds,
    TimeoutSeconds: probe.timeoutSeconds,
    PeriodSeconds: probe.periodSeconds,
    SuccessThreshold: probe.successThreshold,
    FailureThreshold: probe.failureThreshold,
  });
  return { ProbeType: type, ProbeContent: { ...action, ...timings } };
}

function toHttpGet(probe: HttpGetProbe): Present<WireProbeContent> {
  return present({
    Host: probe.host,
    HttpHeaders: probe.httpHeaders?.length ? joinHeaders(probe.httpHeaders) : undefined,
    Path: probe.path,
    Port: probe.port,
    Scheme: probe.scheme?.toLowerCase(),
  });
}

/** An array of one-pair objects, which keeps the order and a repeated name. */
function joinHeaders(headers: readonly HttpHeader[]): string {
  return JSON.stringify(headers.map(({ name, value }) => ({ [name]: value })));
}
