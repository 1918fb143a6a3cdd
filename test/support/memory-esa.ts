/** The cloud in memory behind a `send`: versions by app, with faults put in at the far side. */

import { type Body, type Call, type Interceptor, intercepted, type Send } from '../../src/cloud/call.ts';
import type { CreateVersionRequest } from '../../src/cloud/create-request.ts';
import type { EsaClient } from '../../src/cloud/esa-client.ts';
import type { VersionStatus } from '../../src/cloud/operations/version-summary.ts';
import type { Environment } from '../../src/cloud/operations/versions-in-use.ts';
import { operations } from '../../src/cloud/operations.ts';
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

export class MemoryEsa {
  readonly versions: MemoryVersion[] = [];
  readonly calls: { readonly operation: Operation; readonly atMs: number }[] = [];
  readonly inUse: Record<Environment, string[]> = { staging: [], prod: [] };
  readonly #options: MemoryEsaOptions;
  readonly #faults: { readonly operation: Operation; readonly fault: Fault }[] = [];
  /** Around every call; tests put theirs in. */
  readonly interceptors: Interceptor[] = [];
  #nextId = 100000000000000001n;

  constructor(options: MemoryEsaOptions) {
    this.#options = options;
  }

  /** The next call of `operation` without a fault yet meets this one. */
  failNext(operation: Operation, fault: Fault): void {
    this.#faults.push({ operation, fault });
  }

  /** Puts `act` in the place of every call of `operation`, until the function that is returned is called. */
  replace(operation: Operation, act: Interceptor): () => void {
    const replaced: Interceptor = (call, next) =>
      shortNames[call.operation] === operation ? act(call, next) : next(call);
    this.interceptors.push(replaced);
    return () => void this.interceptors.splice(this.interceptors.indexOf(replaced), 1);
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

  readonly send: Send = (call) => intercepted(this.#answer, this.interceptors)(call);

  readonly #answer: Send = async (call) => {
    const operation = shortNames[call.operation];
    if (operation) this.calls.push({ operation, atMs: this.#options.clock.monotonicMs() });
    const index = this.#faults.findIndex((planned) => planned.operation === operation);
    const fault = index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
    if (fault?.kind === 'before') throw fault.error;
    const body = this.#act(call);
    if (fault) throw fault.error;
    return resultOf(call, body);
  };

  #act({ operation, query, form, nonce }: Call<unknown>): Body {
    switch (operation) {
      case operations.createVersion:
        return this.#create(form as CreateVersionRequest, nonce);
      case operations.getVersion:
        return this.#get(query as VersionQuery);
      case operations.listVersions:
        return this.#list(query as PageQuery);
      case operations.deleteVersion:
        return this.#delete(query as VersionQuery);
      case operations.getApp: {
        const { AppId } = query as { readonly AppId: string };
        this.#requireApp(AppId, operation);
        return { App: { AppId, Status: 'created' } };
      }
      case operations.getAppStatus: {
        const { PublishEnv } = query as { readonly PublishEnv: Environment };
        const [DeployedVersion, PublishingVersion] = this.inUse[PublishEnv];
        return { AppStatus: { DeployedVersion, PublishingVersion } };
      }
      default:
        throw new Error(`there is no ${operation} here`);
    }
  }

  #create(request: CreateVersionRequest, nonce: string | undefined): Body {
    this.#requireApp(request.AppId, operations.createVersion);
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
    return { VersionId: versionId, RequestId: `request-${nonce}` };
  }

  #get({ AppId, VersionId }: VersionQuery): Body {
    const version = this.#of(AppId).find(({ versionId }) => versionId === VersionId);
    if (version) return { Version: toWire(version), RequestId: 'request-get' };
    throw esaError('InvalidParameter.VersionId', { operation: operations.getVersion, httpStatus: 400 });
  }

  #list({ AppId, PageNumber, PageSize, SearchKey = '' }: PageQuery): Body {
    this.#requireApp(AppId, operations.listVersions);
    const nowMs = this.#options.clock.monotonicMs();
    const matching = this.#of(AppId).filter(
      ({ name, listedFromMs }) =>
        listedFromMs <= nowMs && name.toLowerCase().includes(SearchKey.toLowerCase()),
    );
    const first = (PageNumber - 1) * PageSize;
    return { Versions: matching.slice(first, first + PageSize).map(toWire), TotalCount: matching.length };
  }

  #delete({ AppId, VersionId }: VersionQuery): Body {
    const index = this.versions.findIndex(
      ({ appId, versionId }) => appId === AppId && versionId === VersionId,
    );
    if (index < 0)
      throw esaError('InvalidParameter', { operation: operations.deleteVersion, httpStatus: 400 });
    this.versions.splice(index, 1);
    return { RequestId: 'request-delete' };
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

export interface VersionQuery {
  readonly AppId: string;
  readonly VersionId: string;
}

export interface PageQuery {
  readonly AppId: string;
  readonly PageNumber: number;
  readonly PageSize: number;
  readonly SearchKey?: string;
}

const shortNames: Readonly<Record<string, Operation>> = {
  [operations.createVersion]: 'create',
  [operations.getVersion]: 'get',
  [operations.listVersions]: 'list',
  [operations.deleteVersion]: 'delete',
  [operations.getApp]: 'getApp',
};

function toWire({ appId, versionId, name, remarks, status, containers }: MemoryVersion): Body {
  return {
    AppId: appId,
    VersionId: versionId,
    Name: name,
    Remarks: remarks,
    Status: status,
    Containers: containers,
  };
}

/** What a call comes to where this is the body of the response. */
export function resultOf<T>(call: Call<T>, body: Body): T {
  const requestId = body.RequestId as string | undefined;
  return call.toResult(body, { requestId, isId: (text) => text !== '' });
}

/** The port where every namespace has the same credential. */
export function esaClientOver(send: Send): EsaClient {
  return keyedEsaClient(
    () => 'key',
    () => send,
  );
}

/** The port where `keyOf` gives the key of a namespace, or throws why there is none, and `sendOf` what sends with it. */
export function keyedEsaClient(
  keyOf: (namespace: string) => string,
  sendOf: (key: string) => Send,
): EsaClient {
  return {
    credentialFor: async (namespace) => ({ accessKeyId: keyOf(namespace), accessKeySecret: 'secret' }),
    sendWith: ({ accessKeyId }) => sendOf(accessKeyId),
    close: async () => {},
  };
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
