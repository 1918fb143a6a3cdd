/** Operators that break a promise at one port, to see that the judge notices. */

import { randomUUID } from 'node:crypto';
import { type Interceptor, intercepted } from '../../src/cloud/call.ts';
import type { EsaClient } from '../../src/cloud/esa-client.ts';
import { deleteVersion } from '../../src/cloud/operations/delete-version.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { operations } from '../../src/cloud/operations.ts';
import { parseMarker } from '../../src/kinds/edge-app-version/request/marker.ts';
import type { PortWraps } from '../../src/operator/run-operator.ts';
import { statusWriteOf } from '../support/status-writes.ts';

/** No write of the object on this version is taken. */
const written = { resourceVersion: '1' };

export const sabotages = {
  /** Sends each create twice. */
  'double-post': (wraps: PortWraps): PortWraps => ({
    ...wraps,
    esa: (client) =>
      withInterceptor(wraps.esa(client), async (call, next) => {
        if (call.operation !== operations.createVersion) return next(call);
        await next(call);
        return next({ ...call, nonce: randomUUID() });
      }),
  }),
  /** Sends a create without having written down that it will. */
  'unwritten-claim': (wraps: PortWraps): PortWraps => ({
    ...wraps,
    objects: (client) => {
      const inner = wraps.objects(client);
      return {
        ...inner,
        replaceStatus: async (object, status) =>
          statusWriteOf(object.status, status) === 'claim'
            ? { kind: 'written', object: { ...object, metadata: { ...object.metadata, ...written }, status } }
            : inner.replaceStatus(object, status),
      };
    },
  }),
  /** Deletes a version that carries nobody's mark along with each of its own. */
  'delete-anothers': (wraps: PortWraps): PortWraps => ({
    ...wraps,
    esa: (client) =>
      withInterceptor(wraps.esa(client), async (call, next) => {
        if (call.operation !== operations.deleteVersion) return next(call);
        const { AppId: appId } = call.query as { readonly AppId: string };
        const { versions } = await next(listVersions({ appId, pageNumber: 1, pageSize: 100 }));
        const another = versions.find(({ remarks }) => !parseMarker(remarks));
        if (another) await next(deleteVersion(appId, another.versionId));
        return next(call);
      }),
  }),
} as const;

export type Sabotage = keyof typeof sabotages;

function withInterceptor(client: EsaClient, interceptor: Interceptor): EsaClient {
  return {
    ...client,
    sendWith: (credential) => intercepted(client.sendWith(credential), [interceptor]),
  };
}
