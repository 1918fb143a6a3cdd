/** The `EdgeAppVersion` resource as TypeScript types; `crds/` is the schema, a test compares the two. */
import type { BaseStatus } from '../../api/base-status.ts';
import { group } from '../../api/group.ts';
import type { ObjectMeta } from '../../api/object-meta.ts';
import type { VersionStatus } from '../../cloud/operations/version-summary.ts';
import type { Attempt } from '../../runtime/create-protocol/attempt.ts';

export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;
export const kind = 'EdgeAppVersion';
export const plural = 'edgeappversions';
/** Keeps an object with `deletionPolicy: Delete` until its version in the cloud is gone. */
export const finalizer = `${group}/version`;
/** `"true"` lets an object go whose version in the cloud cannot be deleted. */
export const abandonAnnotation = `${group}/abandon`;

export interface EdgeAppVersion {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: EdgeAppVersionSpec;
  readonly status?: EdgeAppVersionStatus;
}

export interface EdgeAppVersionSpec {
  readonly appId: string;
  /** Absent: `metadata.name`. */
  readonly name?: string;
  readonly remarks?: string;
  readonly containers: readonly Container[];
  readonly deletionPolicy?: DeletionPolicy;
  readonly adoptionPolicy?: AdoptionPolicy;
  readonly suspend?: boolean;
}

export type DeletionPolicy = 'Retain' | 'Delete';
export type AdoptionPolicy = 'Owned' | 'IfIdentical' | 'Never';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly acrImageInfo?: AcrImageInfo;
  readonly spec: string;
  /** The schema's default is `0.5G`. */
  readonly storage?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVariable[];
  readonly postStart?: readonly string[];
  readonly preStop?: readonly string[];
  readonly probe: Probe;
}

export interface AcrImageInfo {
  readonly domain?: string;
  readonly instanceId?: string;
  readonly isEnterpriseRegistry?: boolean;
  readonly regionId?: string;
  readonly repoId?: string;
  readonly repoName?: string;
  readonly repoNamespace?: string;
  readonly tag?: string;
  readonly tagUrl?: string;
}

export interface EnvVariable {
  readonly name: string;
  readonly value: string;
}

/** Exactly one of `exec`, `tcpSocket`, `httpGet` is set. */
export interface Probe {
  readonly exec?: { readonly command: readonly string[] };
  readonly tcpSocket?: { readonly port: number; readonly host?: string };
  readonly httpGet?: HttpGetProbe;
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

export interface HttpGetProbe {
  readonly path: string;
  readonly port: number;
  readonly scheme?: 'HTTP' | 'HTTPS';
  readonly host?: string;
  readonly httpHeaders?: readonly HttpHeader[];
}

export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}

export interface EdgeAppVersionStatus extends BaseStatus<Reason> {
  readonly versionId?: string;
  /** `metadata.uid` of the object with which `versionId` was stored; another one tells a copied status. */
  readonly versionUid?: string;
  readonly versionName?: string;
  readonly versionStatus?: VersionStatus;
  /** When `versionId` was first written. */
  readonly recordedTime?: string;
  /** When a read or a list first showed the version. */
  readonly seenTime?: string;
  readonly origin?: Origin;
  readonly fingerprint?: string;
  readonly attempt?: Attempt;
  /** How many attempts to create were ever begun; outlives `attempt`. From the first on appId and name are locked. */
  readonly attempts?: number;
  /** How many attempts in a row ended unclear: before the open one, or, once the id is known, of all but the answered one. */
  readonly unclearAttempts?: number;
  readonly requestId?: string;
}

export type Origin = 'Created' | 'Adopted';

/** The closed list of condition reasons; `docs/errors.md` has a section for each. */
export const reasons = [
  'Created',
  'Adopted',
  'Creating',
  'Progressing',
  'ProgressingWithRetry',
  'BuildFailed',
  'Ambiguous',
  'Throttled',
  'CredentialsInvalid',
  'PermissionDenied',
  'AppNotFound',
  'InvalidRequest',
  'Conflict',
  'NameReserved',
  'DuplicateVersion',
  'VersionMissing',
  'Suspended',
  'Deleting',
  'DeleteRefused',
  'InUse',
  'WriteNotStored',
] as const;
export type Reason = (typeof reasons)[number];
