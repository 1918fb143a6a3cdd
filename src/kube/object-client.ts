/** The port ObjectClient for one resource: live reads, and writes that say under which version they hold. */
import type { JsonPatchOperation, KubeObject, ObjectClient, ObjectKey, WriteResult } from '../ports.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { type Resource, toApiVersion, toObjectPath } from './resource.ts';
import type { KubeCall, KubeTransport } from './transport.ts';
import { isStatus, toWriteResult } from './write-result.ts';

export interface ObjectClientOptions {
  readonly transport: KubeTransport;
  readonly resource: Resource;
  /** The name under which the API server notes who owns which field; `edgeapp-operator` where absent. */
  readonly fieldManager?: string;
}

const readRetries = 3;

/**
 * The client for the namespaced or cluster-wide objects of `resource`. Objects come without managed fields. A write is sent
 * once: after a lost answer nobody knows whether it was done, and the caller has to look.
 */
export function createObjectClient<T extends KubeObject>(options: ObjectClientOptions): ObjectClient<T> {
  const { transport, resource } = options;
  const query = `?fieldManager=${encodeURIComponent(options.fieldManager ?? 'edgeapp-operator')}`;
  const type = { apiVersion: toApiVersion(resource), kind: resource.kind };
  const toPath = (key: KubeObject['metadata'] | ObjectKey): string => toObjectPath(resource, key);

  async function write(call: KubeCall): Promise<WriteResult<T>> {
    try {
      return { kind: 'written', object: withoutManagedFields(await transport.request<T>(call)) };
    } catch (error) {
      return toWriteResult(error);
    }
  }

  return {
    async read(key) {
      try {
        const call: KubeCall = { method: 'GET', path: toPath(key), retries: readRetries };
        return withoutManagedFields(await transport.request<T>(call));
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    },
    replaceStatus: ({ metadata }, status) =>
      write({
        method: 'PUT',
        path: `${toPath(metadata)}/status${query}`,
        body: JSON.stringify({ ...type, metadata: toPrecondition(metadata), status }),
      }),
    patchStatus: (key: ObjectKey, operations: readonly JsonPatchOperation[]) =>
      write({
        method: 'PATCH',
        path: `${toPath(key)}/status${query}`,
        contentType: 'application/json-patch+json',
        body: JSON.stringify(operations),
      }),
    setFinalizers: ({ metadata }, finalizers) => {
      const { uid, resourceVersion } = metadata;
      return write({
        method: 'PATCH',
        path: `${toPath(metadata)}${query}`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ metadata: { uid, resourceVersion, finalizers } }),
      });
    },
  };
}

function toPrecondition({ name, namespace, uid, resourceVersion }: KubeObject['metadata']): object {
  return { name, namespace, uid, resourceVersion };
}
