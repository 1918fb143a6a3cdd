/** The ports of an operator with a stop before and after each call. */

import type { EsaApi } from '../../src/cloud/esa-api.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { PortWraps } from '../../src/operator/run-operator.ts';
import type { OrderTaker } from './orders.ts';
import type { Step } from './steps.ts';

export function stoppedPorts(orders: OrderTaker): PortWraps {
  const stopAt = async <T>(step: Step, call: () => Promise<T>): Promise<T> => {
    orders.at(step, 'before');
    try {
      return await call();
    } finally {
      orders.at(step, 'after');
    }
  };
  /** One for each, as the operator knows a credential by its API object. */
  const apis = new WeakMap<EsaApi, EsaApi>();
  return {
    objects: (client) => ({
      read: (key) => stopAt('read-object', () => client.read(key)),
      replaceStatus: (object, status) =>
        stopAt(isClaim(object, status) ? 'claim' : 'write-status', () =>
          client.replaceStatus(object, status),
        ),
      patchStatus: (key, operations) => stopAt('record', () => client.patchStatus(key, operations)),
      setFinalizers: (object, finalizers) =>
        stopAt('set-finalizers', () => client.setFinalizers(object, finalizers)),
    }),
    esa: (connector) => ({
      connect: async (namespace) => {
        const api = await stopAt('connect', () => connector.connect(namespace));
        const stopped = apis.get(api) ?? stoppedApi(api, stopAt);
        apis.set(api, stopped);
        return stopped;
      },
    }),
    lease: (client) => ({
      read: (signal) => stopAt('read-lease', () => client.read(signal)),
      create: (record, signal) => {
        orders.identity = record.holder || orders.identity;
        return stopAt('create-lease', () => client.create(record, signal));
      },
      replace: (lease, signal) => {
        orders.identity = lease.holder || orders.identity;
        return stopAt('replace-lease', () => client.replace(lease, signal));
      },
    }),
  };
}

type StopAt = <T>(step: Step, call: () => Promise<T>) => Promise<T>;

function stoppedApi(api: EsaApi, stopAt: StopAt): EsaApi {
  return {
    createVersion: (request, nonce) => stopAt('create-version', () => api.createVersion(request, nonce)),
    getVersion: (appId, versionId) => stopAt('get-version', () => api.getVersion(appId, versionId)),
    listVersions: (query) =>
      stopAt(query.searchName === undefined ? 'list-versions' : 'search-versions', () =>
        api.listVersions(query),
      ),
    deleteVersion: (appId, versionId) => stopAt('delete-version', () => api.deleteVersion(appId, versionId)),
    getApp: (appId) => stopAt('get-app', () => api.getApp(appId)),
    versionsInUse: (appId, environment) =>
      stopAt('versions-in-use', () => api.versionsInUse(appId, environment)),
  };
}

/** A status with an attempt that the object did not have before. */
export function isClaim(object: EdgeAppVersion, status: object): boolean {
  const attempt = (status as EdgeAppVersion['status'])?.attempt;
  return attempt !== undefined && attempt.id !== object.status?.attempt?.id;
}
