/** Operators that break a promise at one port, to see that the judge notices. */
import { randomUUID } from 'node:crypto';
import type { EsaApi, EsaConnector } from '../../src/cloud/esa-api.ts';
import { parseMarker } from '../../src/kinds/edge-app-version/request/marker.ts';
import type { PortWraps } from '../../src/operator/run-operator.ts';
import { isClaim } from './stopped-ports.ts';

export const sabotages = {
  /** Sends each create twice. */
  'double-post': (wraps: PortWraps): PortWraps => ({
    ...wraps,
    esa: (connector) =>
      withApi(wraps.esa(connector), (api) => ({
        createVersion: async (request, nonce) => {
          await api.createVersion(request, nonce);
          return api.createVersion(request, randomUUID());
        },
      })),
  }),
  /** Sends a create without having written down that it will. */
  'unwritten-claim': (wraps: PortWraps): PortWraps => ({
    ...wraps,
    objects: (client) => {
      const inner = wraps.objects(client);
      return {
        ...inner,
        replaceStatus: async (object, status) =>
          isClaim(object, status)
            ? { kind: 'written', object: { ...object, status: { observedGeneration: -1, ...status } } }
            : inner.replaceStatus(object, status),
      };
    },
  }),
  /** Deletes a version that carries nobody's mark along with each of its own. */
  'delete-anothers': (wraps: PortWraps): PortWraps => ({
    ...wraps,
    esa: (connector) =>
      withApi(wraps.esa(connector), (api) => ({
        deleteVersion: async (appId, versionId) => {
          const { versions } = await api.listVersions({ appId, pageNumber: 1, pageSize: 100 });
          const another = versions.find(({ remarks }) => !parseMarker(remarks));
          if (another) await api.deleteVersion(appId, another.versionId);
          return api.deleteVersion(appId, versionId);
        },
      })),
  }),
} as const;

export type Sabotage = keyof typeof sabotages;

/** The operator knows a credential by its API object, so each keeps the one that was put around it. */
function withApi(connector: EsaConnector, change: (api: EsaApi) => Partial<EsaApi>): EsaConnector {
  const changed = new WeakMap<EsaApi, EsaApi>();
  return {
    connect: async (namespace) => {
      const api = await connector.connect(namespace);
      const known = changed.get(api) ?? { ...api, ...change(api) };
      changed.set(api, known);
      return known;
    },
  };
}
