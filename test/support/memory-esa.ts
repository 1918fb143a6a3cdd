/** The port EsaApi in memory: versions by app, with faults put in at the far side. */

import type { CreateVersionRequest } from '../../src/cloud/create-request.ts';
import type {
  Environment,
  EsaApi,
  VersionDetail,
  VersionPage,
  VersionStatus,
} from '../../src/cloud/esa-api.ts';
import type { Clock } from '../../src/core/clock.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';

export interface MemoryVersion {
  readonly appId: string;
  readonly versionId: string;
  readonly name: string;
  readonly remarks: string;
  status: VersionStatus;
  readonly containers: readonly unknown[];
  /** When List begins to show it, on the clock's monotonic time. */
  readonly listedFromMs: number;
}

export type Operation = 'create' | 'get' | 'list' | 'delete' | 'getApp';

/** What happens to the next call of an operation instead of success. */
export type Fault =
  /** Refused or lost before it had an effect. */
  | { readonly kind: 'before'; readonly error: EsaError }
  /** Done, and the answer lost. */
  | { readonly kind: 'after'; readonly error: EsaError };

export interface MemoryEsaOptions {
  readonly clock: Clock;
  readonly apps?: readonly string[];
  readonly duplicateNames?: 'refused' | 'allowed';
  /** How long a new version stays invisible to List, in milliseconds. */
  readonly listLagMs?: number;
  /** The status of a version right after its create. */
  readonly firstStatus?: VersionStatus;
}

export const testApp = 'app-880688675783790001';

export class MemoryEsa implements EsaApi {
  readonly versions: MemoryVersion[] = [];
  readonly calls: { readonly operation: Operation; readonly atMs: number }[] = [];
  readonly inUse: Record<Environment, string[]> = { staging: [], prod: [] };
  readonly #options: MemoryEsaOptions;
  readonly #faults: { readonly operation: Operation; readonly fault: Fault }[] = [];
  #nextId = 100000000000000001n;

  constructor(options: MemoryEsaOptions) {
    this.#options = options;
  }

  /** The next call of `operation` without a fault yet meets this one. */
  failNext(operation: Operation, fault: Fault): void {
    this.#faults.push({ operation, fault });
  }

  get unusedFaults(): number {
    return this.#faults.length;
  }

  count(operation: Operation): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /** A version that somebody made by other means. */
  add(version: Partial<MemoryVersion> & Pick<MemoryVersion, 'name'>): MemoryVersion {
    const added = {
      appId: testApp,
      versionId: this.#newId(),
      remarks: '',
      status: 'created' as const,
      containers: [],
      listedFromMs: 0,
      ...version,
    };
    this.versions.push(added);
    return added;
  }

  async createVersion(request: CreateVersionRequest, nonce: string) {
    return this.#call('create', () => {
      this.#requireApp(request.AppId, 'CreateEdgeContainerAppVersion');
      const isTaken = this.#of(request.AppId).some(({ name }) => name === request.Name);
      if (isTaken && this.#options.duplicateNames !== 'allowed') {
        throw esaError('NameAlreadyExists', { httpStatus: 400 });
      }
      const { versionId } = this.add({
        appId: request.AppId,
        name: request.Name,
        remarks: request.Remarks ?? '',
        status: this.#options.firstStatus ?? 'created',
        containers: request.Containers,
        listedFromMs: this.#options.clock.monotonicMs() + (this.#options.listLagMs ?? 0),
      });
      return { versionId, requestId: `request-${nonce}` };
    });
  }

  async getVersion(appId: string, versionId: string): Promise<VersionDetail> {
    return this.#call('get', () => {
      const version = this.#of(appId).find((candidate) => candidate.versionId === versionId);
      if (!version) {
        throw esaError('InvalidParameter.VersionId', {
          operation: 'GetEdgeContainerAppVersion',
          httpStatus: 400,
        });
      }
      return { ...version, requestId: 'request-get' };
    });
  }

  async listVersions({
    appId,
    pageNumber,
    pageSize,
    searchName,
  }: {
    appId: string;
    pageNumber: number;
    pageSize: number;
    searchName?: string;
  }): Promise<VersionPage> {
    return this.#call('list', () => {
      this.#requireApp(appId, 'ListEdgeContainerAppVersions');
      const nowMs = this.#options.clock.monotonicMs();
      const matching = this.#of(appId).filter(
        ({ name, listedFromMs }) =>
          listedFromMs <= nowMs && name.toLowerCase().includes((searchName ?? '').toLowerCase()),
      );
      const first = (pageNumber - 1) * pageSize;
      return { versions: matching.slice(first, first + pageSize), totalCount: matching.length };
    });
  }

  async deleteVersion(appId: string, versionId: string) {
    return this.#call('delete', () => {
      const index = this.versions.findIndex(
        (version) => version.appId === appId && version.versionId === versionId,
      );
      if (index < 0) {
        throw esaError('InvalidParameter', { operation: 'DeleteEdgeContainerAppVersion', httpStatus: 400 });
      }
      this.versions.splice(index, 1);
      return { requestId: 'request-delete' };
    });
  }

  async getApp(appId: string) {
    return this.#call('getApp', () => {
      this.#requireApp(appId, 'GetEdgeContainerApp');
      return { appId, status: 'created' };
    });
  }

  async versionsInUse(_appId: string, environment: Environment): Promise<readonly string[]> {
    return this.inUse[environment];
  }

  async #call<T>(operation: Operation, act: () => T): Promise<T> {
    this.calls.push({ operation, atMs: this.#options.clock.monotonicMs() });
    const index = this.#faults.findIndex((planned) => planned.operation === operation);
    const fault = index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
    if (fault?.kind === 'before') throw fault.error;
    const result = act();
    if (fault) throw fault.error;
    return result;
  }

  #of(appId: string): MemoryVersion[] {
    return this.versions.filter((version) => version.appId === appId);
  }

  #requireApp(appId: string, operation: string): void {
    if (!(this.#options.apps ?? [testApp]).includes(appId)) {
      throw esaError('InvalidApp.NotFound', { operation, httpStatus: 404 });
    }
  }

  #newId(): string {
    this.#nextId += 1n;
    return `ver-${this.#nextId}`;
  }
}

export function esaError(
  code: string,
  details: { operation?: string; httpStatus?: number; retryAfterMs?: number } = {},
): EsaError {
  return new EsaError({
    operation: 'CreateEdgeContainerAppVersion',
    code,
    message: `the cloud says ${code}`,
    requestId: '0C9E2F60-0000-4000-8000-000000000001',
    ...details,
  });
}
