/** A Kubernetes object of any kind, and its key. */

export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** Any Kubernetes object, as far as storing it goes. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/** `namespace/name`; a cluster-wide object has an empty namespace. */
export function toKey({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
