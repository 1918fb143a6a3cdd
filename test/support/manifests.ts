/** Builders of the resource: a test says only what matters to it. */

import type { ObjectMeta } from '../../src/api/object-meta.ts';
import type { NamedMetadata } from '../../src/core/schema/object-metadata.ts';
import {
  apiVersion,
  type Container,
  type EdgeAppVersion,
  type EdgeAppVersionSpec,
  type EdgeAppVersionStatus,
  kind,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';

export interface Overrides<M> {
  readonly metadata?: M;
  readonly spec?: Partial<EdgeAppVersionSpec>;
}

export function container(overrides: Partial<Container> = {}): Container {
  return {
    name: 'web',
    image: 'registry.example.com/shop/web:1.4.2',
    spec: '1C2G',
    probe: { tcpSocket: { port: 8080 } },
    ...overrides,
  };
}

/** What a user applies. The version's name is `metadata.name`. */
export function manifest({ metadata, spec }: Overrides<NamedMetadata & Partial<ObjectMeta>> = {}) {
  return {
    apiVersion,
    kind,
    metadata: { name: 'shop-1-4-2', ...metadata },
    spec: { appId: 'app-880688675783790001', containers: [container()], ...spec },
  };
}

/** What the API server stores: with uid, generation and the default status. */
export function edgeAppVersion(
  overrides: Overrides<Partial<ObjectMeta>> & { readonly status?: Partial<EdgeAppVersionStatus> } = {},
): EdgeAppVersion {
  const metadata: ObjectMeta = {
    name: 'shop-1-4-2',
    namespace: 'shop',
    uid: '5f0c1a52-7d0e-4f7a-9a54-0d3c6a1f2b10',
    resourceVersion: '1000',
    generation: 1,
    creationTimestamp: '2026-11-24T08:00:00Z',
    ...overrides.metadata,
  };
  return {
    ...manifest(overrides),
    metadata,
    status: { observedGeneration: -1, ...overrides.status },
  };
}
