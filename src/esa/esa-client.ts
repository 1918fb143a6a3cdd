/** The ports `EsaConnector` and `EsaApi` over the network. */
import { randomUUID } from 'node:crypto';
import type { CreateVersionRequest } from '../cloud/create-request.ts';
import type { EsaApi, EsaConnector } from '../cloud/esa-api.ts';
import { operations } from '../cloud/operations.ts';
import type { Clock } from '../core/clock.ts';
import { toApp, toVersionDetail, toVersionId, toVersionPage, toVersionsInUse } from './answers.ts';
import { type ApiCaller, createApiCaller } from './api-caller.ts';
import type { Credential } from './credential.ts';
import type { CredentialSource } from './credentials.ts';
import { createLeavingSender, createPooledSender } from './http-sender.ts';

export interface EsaClientOptions {
  /** Without a path: `https://esa.cn-hangzhou.aliyuncs.com`, or `http://127.0.0.1:18080`. */
  readonly endpoint: URL;
  /** How long a call may take, from its start to the last byte of its answer. */
  readonly callTimeoutMs: number;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** Absent: calls go straight to the endpoint. */
  readonly proxy?: URL | undefined;
  /** Told of each credential before it is first used. */
  readonly onCredential?: (credential: Credential) => void;
  /** Comes after the SDK's own words in the User-Agent header. */
  readonly userAgent?: string;
  /** A connection that lay idle for longer is closed, not used again: 4,000 ms where absent, so that 5 s are never passed. */
  readonly idleLimitMs?: number;
  /** Leaves as soon as a request is sent, so that no call is ever answered: to see what the cloud does then. */
  readonly hangsUp?: boolean;
}

/** Hands out one client per credential, made anew only when the credential has changed. */
export function createEsaConnector(options: EsaClientOptions): EsaConnector {
  const { endpoint, proxy, callTimeoutMs, clock, userAgent, hangsUp, onCredential } = options;
  const { idleLimitMs = 4_000 } = options;
  const way = { endpoint, proxy, connectTimeoutMs: callTimeoutMs };
  const send = hangsUp ? createLeavingSender(way) : createPooledSender({ ...way, idleLimitMs });
  let current: { readonly credential: Credential; readonly api: EsaApi } | undefined;
  return {
    async connect() {
      const credential = await options.credentials.load();
      if (current === undefined || !isSame(current.credential, credential)) {
        onCredential?.(credential);
        const call = createApiCaller({ endpoint, credential, send, callTimeoutMs, clock, userAgent });
        current = { credential, api: createEsaApi(call) };
      }
      return current.api;
    },
  };
}

/** Methods and places of the parameters: API reference section 8. */
function createEsaApi(call: ApiCaller): EsaApi {
  return {
    createVersion: (request, nonce) =>
      call(
        { action: operations.createVersion, method: 'POST', form: toForm(request), nonce },
        (body, context) => ({ versionId: toVersionId(body, context), requestId: context.requestId }),
      ),
    getVersion: (appId, versionId) =>
      call(
        {
          action: operations.getVersion,
          method: 'GET',
          query: { AppId: appId, VersionId: versionId },
          nonce: randomUUID(),
        },
        (body, context) => toVersionDetail(body, { appId, versionId }, context),
      ),
    listVersions: (query) =>
      call(
        {
          action: operations.listVersions,
          method: 'GET',
          query: toListQuery(query),
          nonce: randomUUID(),
        },
        toVersionPage,
      ),
    deleteVersion: (appId, versionId) =>
      call(
        {
          action: operations.deleteVersion,
          method: 'POST',
          query: { AppId: appId, VersionId: versionId },
          nonce: randomUUID(),
        },
        (_body, { requestId }) => ({ requestId }),
      ),
    getApp: (appId) =>
      call(
        { action: operations.getApp, method: 'POST', query: { AppId: appId }, nonce: randomUUID() },
        (body) => toApp(body, appId),
      ),
    versionsInUse: (appId, environment) =>
      call(
        {
          action: operations.getAppStatus,
          method: 'POST',
          query: { AppId: appId, PublishEnv: environment },
          nonce: randomUUID(),
        },
        toVersionsInUse,
      ),
  };
}

function toForm({ AppId, Name, Remarks, Containers }: CreateVersionRequest): Record<string, string> {
  const remarks = Remarks === undefined ? {} : { Remarks };
  return { AppId, Containers: JSON.stringify(Containers), Name, ...remarks };
}

function toListQuery(query: Parameters<EsaApi['listVersions']>[0]): Record<string, string> {
  const { appId, pageNumber, pageSize, searchName } = query;
  const search = searchName === undefined ? {} : { SearchType: 'Name', SearchKey: searchName };
  return { AppId: appId, PageNumber: String(pageNumber), PageSize: String(pageSize), ...search };
}

function isSame(one: Credential, other: Credential): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.accessKeySecret === other.accessKeySecret &&
    one.securityToken === other.securityToken
  );
}
