/** The cloud's API with something done around each of its calls. */

import type { EsaApi } from './esa-api.ts';
import { operations } from './operations.ts';

export interface CallSubject {
  readonly operation: string;
  /** The name or id that the call is about. */
  readonly about: string;
}

export type Around = <T>(subject: CallSubject, call: () => Promise<T>) => Promise<T>;

/** @param connect asked before each call, so that a key may change in between */
export function aroundCalls(connect: () => Promise<EsaApi>, around: Around): EsaApi {
  const wrap = <T>(operation: string, about: string, call: (api: EsaApi) => Promise<T>): Promise<T> =>
    around({ operation, about }, async () => call(await connect()));
  return {
    createVersion: (request, nonce) =>
      wrap(operations.createVersion, request.Name, (api) => api.createVersion(request, nonce)),
    getVersion: (appId, versionId) =>
      wrap(operations.getVersion, versionId, (api) => api.getVersion(appId, versionId)),
    listVersions: (query) =>
      wrap(operations.listVersions, query.searchName ?? query.appId, (api) => api.listVersions(query)),
    deleteVersion: (appId, versionId) =>
      wrap(operations.deleteVersion, versionId, (api) => api.deleteVersion(appId, versionId)),
    getApp: (appId) => wrap(operations.getApp, appId, (api) => api.getApp(appId)),
    versionsInUse: (appId, environment) =>
      wrap(operations.getAppStatus, appId, (api) => api.versionsInUse(appId, environment)),
  };
}
