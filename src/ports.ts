/** What the controller needs from outside; adapters in `kube/` and `esa/` implement it, tests do so in memory. */
import type { CreateVersionRequest } from './core/create-request.ts';
import type { VersionStatus } from './core/edge-app-version.ts';

/** Time and chance. Wall time is for people and signatures, monotonic time for every decision. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  wallMs(): number;
  /** Milliseconds since some fixed point in this process; never goes back. */
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** A fresh random UUID. */
  uuid(): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** Any Kubernetes object, as far as storing it goes. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/** The local copy that a watch keeps; reading it costs no request. Objects in it must not be changed. */
export interface ObjectCache<T extends KubeObject> {
  /** `key` is `namespace/name`. */
  get(key: string): T | undefined;
  /** The objects whose index value (one per object, fixed when the cache is made) equals `value`. */
  withIndex(value: string): readonly T[];
  values(): Iterable<T>;
  /** Takes in the answer of an own write, unless the cache already holds something newer. */
  observe(object: T): void;
}

/** What became of a write: a value where it may well happen; everything else is thrown as KubeError. */
export type WriteResult<T> =
  | { readonly kind: 'written'; readonly object: T }
  /** Somebody wrote in between (409). */
  | { readonly kind: 'conflict' }
  /** No such object any more (404). */
  | { readonly kind: 'gone' }
  /** The API server refuses the content, or a `test` of a JSON patch failed (422). */
  | { readonly kind: 'invalid'; readonly message: string }
  /** The object would be larger than etcd or the API server takes. */
  | { readonly kind: 'tooLarge'; readonly message: string };

export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/** Live reads and writes of one kind. `T` is the object as the API server sends it. */
export interface ObjectClient<T extends KubeObject> {
  /** A live read; undefined when there is no such object. */
  read(key: ObjectKey): Promise<T | undefined>;
  /** Replaces the whole status, only if the object still has `object`'s uid and resourceVersion. */
  replaceStatus(object: T, status: object): Promise<WriteResult<T>>;
  /** JSON patch of the status subresource. */
  patchStatus(key: ObjectKey, operations: readonly JsonPatchOperation[]): Promise<WriteResult<T>>;
  /** Sets the finalizers, only if the object still has `object`'s uid and resourceVersion. */
  setFinalizers(object: T, finalizers: readonly string[]): Promise<WriteResult<T>>;
}

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

/** The right to act: a term of leadership that a pass names, so that a pass from an earlier term never sends. */
export interface Leadership {
  /** The term held now, or undefined. */
  term(): Term | undefined;
}

export interface Term {
  /** Whether this very term has been held without a break until now. */
  isHeld(): boolean;
}

/** What a Lease says (`coordination.k8s.io/v1`, its spec). */
export interface LeaseRecord {
  /** Who holds it; empty: nobody. */
  readonly holder: string;
  /** How long it is good for after the holder's last write; whole seconds. Undefined where the writer left it out. */
  readonly durationMs: number | undefined;
  /** When the holder got it, and when it last wrote it, by the holder's wall clock: for people alone. */
  readonly acquiredWallMs: number;
  readonly renewedWallMs: number;
  /** How often it went from one holder to another. */
  readonly transitions: number;
  /** The API server went back in time: no stored VersionId is believed before it was looked up. */
  readonly mustVerify?: boolean;
}

/** A Lease as the API server has it. */
export interface Lease extends LeaseRecord {
  readonly resourceVersion: string;
}

export type LeaseWriteResult = Exclude<WriteResult<Lease>, { readonly kind: 'invalid' | 'tooLarge' }>;

/**
 * Live reads and writes of one Lease. Each call is sent once and throws where it has no answer; whether a write without
 * an answer was done, nobody knows. `signal` gives a call up.
 */
export interface LeaseClient {
  /** Undefined when there is no such Lease. */
  read(signal: AbortSignal): Promise<Lease | undefined>;
  /** `conflict`: there is one already. */
  create(record: LeaseRecord, signal: AbortSignal): Promise<LeaseWriteResult>;
  /** Writes `lease` only if the stored one still has its resourceVersion. */
  replace(lease: Lease, signal: AbortSignal): Promise<LeaseWriteResult>;
}
