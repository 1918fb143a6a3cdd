/** The port to the cloud's API. */
import type { CreateVersionRequest } from './create-request.ts';

/** As the cloud says it (API reference, GetEdgeContainerAppVersion). */
export type VersionStatus = 'creating' | 'created' | 'failed';

/** A version as List tells it; `containers` lacks three members there (API reference 9.3). */
export interface VersionSummary {
  readonly versionId: string;
  readonly name: string;
  readonly remarks: string;
  /** Undefined where the cloud sends a word that the API reference does not list. */
  readonly status: VersionStatus | undefined;
}

/** A version as Get tells it. */
export interface VersionDetail extends VersionSummary {
  readonly appId: string;
  /** As decoded from JSON, in the API's own names; unchecked. */
  readonly containers: readonly unknown[];
  readonly requestId: string | undefined;
}

export interface VersionPage {
  readonly versions: readonly VersionSummary[];
  readonly totalCount: number;
}

/** The cloud's calls that the controller uses, with credentials at hand. Every failure is an EsaError. */
export interface EsaApi {
  /** One POST, never repeated by anything below. `nonce` becomes the signature nonce. */
  createVersion(
    request: CreateVersionRequest,
    nonce: string,
  ): Promise<{ readonly versionId: string; readonly requestId: string | undefined }>;
  getVersion(appId: string, versionId: string): Promise<VersionDetail>;
  /** One page; `searchName` is fuzzy (API reference 9.3), so filter on the exact name. Pages count from 1. */
  listVersions(query: {
    readonly appId: string;
    readonly pageNumber: number;
    readonly pageSize: number;
    readonly searchName?: string;
  }): Promise<VersionPage>;
  deleteVersion(appId: string, versionId: string): Promise<{ readonly requestId: string | undefined }>;
  /** Resolves if the app exists; throws an EsaError with the cloud's code if not. */
  getApp(appId: string): Promise<{ readonly appId: string; readonly status: string | undefined }>;
  /** The ids of the versions that an environment runs, is being given, or would go back to. */
  versionsInUse(appId: string, environment: Environment): Promise<readonly string[]>;
}

/** Where a version can be published to (API reference 10). */
export type Environment = 'staging' | 'prod';

/** Hands out the cloud API with the credentials for a namespace. */
export interface EsaConnector {
  /**
   * May wait for credentials (a file, later an STS exchange).
   * @throws EsaError with a credentials code, before anything was sent to ESA.
   */
  connect(namespace: string): Promise<EsaApi>;
}
