/** Which resource a client or an informer is for, and where the API server serves it. */

export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Lower case, as in a path: `leases`. */
  readonly plural: string;
  readonly kind: string;
}

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
