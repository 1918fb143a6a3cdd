/** What identifies an object and its age: the key, and the order of resource versions. */
import type { KubeObject } from '../api/kube-object.ts';

/** Whether `value` has what identifies an object; what else it has is not checked. */
export function isKubeObject(value: unknown): value is KubeObject {
  const { name, namespace, uid, resourceVersion } = (value as Partial<KubeObject> | null)?.metadata ?? {};
  const texts = [name, uid, resourceVersion, ...(namespace === undefined ? [] : [namespace])];
  return texts.every((text) => typeof text === 'string') && Boolean(name && uid && resourceVersion);
}

/**
 * Negative, 0 or positive as `a` is older than, the same as or newer than `b`. Resource versions are decimal numbers
 * without leading zeros that grow with every write; comparing text spares a conversion that loses digits.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function isNewer(object: KubeObject, than: KubeObject): boolean {
  return compareResourceVersions(object.metadata.resourceVersion, than.metadata.resourceVersion) > 0;
}
