/** Objects at rest: Ready, with the version that the operator would have recorded, in the form that etcd holds. */

import { group } from '../../src/api/group.ts';
import {
  apiVersion,
  type EdgeAppVersion,
  kind,
  plural,
  version,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { fingerprint as fingerprintOf } from '../../src/kinds/edge-app-version/request/fingerprint.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../src/kinds/edge-app-version/request/to-create-request.ts';
import { recorded } from '../../src/kinds/edge-app-version/status/status.ts';
import { createObjectClient } from '../../src/kube/object-client.ts';
import type { KubeTransport } from '../../src/kube/transport.ts';
import { namespaces } from '../install.ts';
import { objectAt } from '../load/load-plan.ts';
import type { Entry } from './etcd-writer.ts';

/** Where they are. */
export const settledNamespace = namespaces.settled;
const plan = { prefix: 'settled', objectsPerApp: 100 };

/** The key of the object of this name in etcd. */
export function etcdKey(name: string): string {
  return `/registry/${group}/${plural}/${settledNamespace}/${name}`;
}

export function nameAt(index: number): string {
  return objectAt(plan, index).metadata.name;
}

/** Brings one object to rest by the API server, so that etcd holds exactly what the server makes of it. */
export async function createTemplate(transport: KubeTransport): Promise<void> {
  const path = `/apis/${apiVersion}/namespaces/${settledNamespace}/${plural}?fieldManager=bench`;
  const body = JSON.stringify(objectAt(plan, 0));
  const object = await transport.request<EdgeAppVersion>({ method: 'POST', path, body });
  const client = createObjectClient<EdgeAppVersion>({
    transport,
    resource: { group, version, plural, kind },
  });
  const result = await client.replaceStatus(object, statusOf(object, 0));
  if (result.kind !== 'written') throw new Error(`the template's status ended with ${result.kind}`);
}

/** `count` objects like `template`, the JSON that etcd holds, each with a name, uid, app and version of its own. */
export function* settledEntries(template: string, count: number): Generator<Entry, void> {
  for (let index = 0; index < count; index += 1) {
    const object = JSON.parse(template) as EdgeAppVersion;
    const { metadata, spec } = objectAt(plan, index);
    const own = {
      ...object,
      metadata: { ...object.metadata, name: metadata.name, uid: uidAt(index) },
      spec: { ...object.spec, appId: spec.appId },
    };
    const value = JSON.stringify({ ...own, status: { ...object.status, ...statusOf(own, index) } });
    yield { key: etcdKey(metadata.name), value };
  }
}

function statusOf(object: EdgeAppVersion, index: number) {
  const request = toCreateRequest(object, { packing: defaultPacking });
  const known = {
    versionId: `ver-9${String(index).padStart(17, '0')}`,
    versionName: request.Name,
    versionStatus: 'created',
    origin: 'Created',
    fingerprint: fingerprintOf(request),
    requestId: uidAt(index).toUpperCase(),
  } as const;
  return { ...recorded(object, known, { wallMs: Date.now() }), attempts: 1 };
}

function uidAt(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}
