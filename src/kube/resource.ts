/** Where the API server serves a resource. */
import type { Resource } from '../api/resource.ts';

export function toApiVersion({ group, version }: Resource): string {
  return group ? `${group}/${version}` : version;
}

/** The collection, of all namespaces where `namespace` is absent. */
export function toCollectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group ? `/apis/${resource.group}` : '/api';
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${resource.version}${scope}/${resource.plural}`;
}

export function toObjectPath(resource: Resource, key: { namespace?: string; name: string }): string {
  return `${toCollectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`;
}
