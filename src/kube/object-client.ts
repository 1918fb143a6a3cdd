/** The port ObjectClient for one resource: live reads, and writes that say under which version they hold. */

import type { KubeObject, ObjectKey } from '../api/kube-object.ts';
import type { JsonPatchOperation, ObjectClient, WriteResult } from '../api/object-client.ts';
import type { Resource } from '../api/resource.ts';
import type { KubeCall } from './kube-call.ts';
import { KubeError } from './kube-error.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { isKubeObject } from './object-identity.ts';
import { toApiVersion, toObjectPath } from './resource.ts';
import type { KubeTransport } from './transport.ts';
import { isStatus, toWriteResult } from './write-result.ts';

export interface ObjectClientOptions {
  readonly transport: KubeTransport;
  readonly resource: Resource;
  /** The name under which the API server notes who owns which field; `edgeapp-operator` where absent. */
  readonly fieldManager?: string;
}

const readRetries = 3;
/**
 * A claim is worth nothing after 5 s, so a worker need not be held for much longer. Webhooks have 10 s unless they set
 * another time, and the refusal that the API server then sends names the one that hangs.
 */
const writeDeadlineMs = 12_000;

/**
 * The client for the namespaced or cluster-wide objects of `resource`. Objects come without managed fields. A write is sent
 * once: after a lost response nobody knows whether it was done, and the caller has to look. So it has where a response is 2xx
 * and not the object, as a gateway may send it: that throws KubeError `InvalidResponse`.
 */
export function createObjectClient<T extends KubeObject>(options: ObjectClientOptions): ObjectClient<T> {
  const { transport, resource } = options;
  const query = `?fieldManager=${encodeURIComponent(options.fieldManager ?? 'edgeapp-operator')}`;
  const type = { apiVersion: toApiVersion(resource), kind: resource.kind };
  const toPath = (key: KubeObject['metadata'] | ObjectKey): string => toObjectPath(resource, key);

  async function request(key: Partial<ObjectKey>, call: KubeCall): Promise<T> {
    const object = await transport.request<T>(call);
    if (isKubeObject(object) && isNamed(object, key)) return withoutManagedFields(object);
    const message = `${call.method} ${call.path}: the response is not the object`;
    throw new KubeError({ code: 'InvalidResponse', message });
  }

  async function write(key: Partial<ObjectKey>, call: KubeCall): Promise<WriteResult<T>> {
    try {
      return { kind: 'written', object: await request(key, { ...call, deadlineMs: writeDeadlineMs }) };
    } catch (error) {
      return toWriteResult(error);
    }
  }

  return {
    async read(key) {
      try {
        return await request(key, { method: 'GET', path: toPath(key), retries: readRetries });
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    },
    replaceStatus: ({ metadata }, status) =>
      write(metadata, {
        method: 'PUT',
        path: `${toPath(metadata)}/status${query}`,
        body: JSON.stringify({ ...type, metadata: toPrecondition(metadata), status }),
      }),
    patchStatus: (key: ObjectKey, operations: readonly JsonPatchOperation[]) =>
      write(key, {
        method: 'PATCH',
        path: `${toPath(key)}/status${query}`,
        contentType: 'application/json-patch+json',
        body: JSON.stringify(operations),
      }),
    setFinalizers: ({ metadata }, finalizers) => {
      const { uid, resourceVersion } = metadata;
      return write(metadata, {
        method: 'PATCH',
        path: `${toPath(metadata)}${query}`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ metadata: { uid, resourceVersion, finalizers } }),
      });
    },
  };
}

function isNamed({ metadata }: KubeObject, { namespace, name }: Partial<ObjectKey>): boolean {
  return metadata.name === name && (metadata.namespace ?? '') === (namespace ?? '');
}

function toPrecondition({ name, namespace, uid, resourceVersion }: KubeObject['metadata']): object {
  return { name, namespace, uid, resourceVersion };
}
