/** The wire form of `CreateEdgeContainerAppVersion` (API reference 9.1), with the API's own names. */

export interface CreateVersionRequest {
  readonly AppId: string;
  readonly Name: string;
  readonly Remarks?: string;
  readonly Containers: readonly WireContainer[];
}

export interface WireContainer {
  readonly Name: string;
  readonly Image: string;
  readonly IsACRImage: boolean;
  readonly ACRImageInfo?: WireAcrImageInfo;
  readonly Spec: string;
  readonly Storage: string;
  readonly Command?: string;
  readonly Args?: string;
  readonly EnvVariables?: string;
  readonly PostStart?: string;
  readonly PreStop?: string;
  readonly ProbeType: ProbeType;
  readonly ProbeContent: WireProbeContent;
}

export interface WireAcrImageInfo {
  readonly Domain?: string;
  readonly InstanceId?: string;
  readonly IsEnterpriseRegistry?: boolean;
  readonly RegionId?: string;
  readonly RepoId?: string;
  readonly RepoName?: string;
  readonly RepoNamespace?: string;
  readonly Tag?: string;
  readonly TagUrl?: string;
}

export type ProbeType = 'exec' | 'tcpSocket' | 'httpGet';

export interface WireProbeContent {
  readonly Command?: string;
  readonly Host?: string;
  readonly HttpHeaders?: string;
  readonly Path?: string;
  readonly Port?: number;
  readonly Scheme?: string;
  readonly InitialDelaySeconds?: number;
  readonly TimeoutSeconds?: number;
  readonly PeriodSeconds?: number;
  readonly SuccessThreshold?: number;
  readonly FailureThreshold?: number;
}
