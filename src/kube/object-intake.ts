/** Turns what the API server sends into what the cache keeps: without managed fields, with shared strings. */
import type { KubeObject } from '../api/kube-object.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { isKubeObject } from './object-identity.ts';

const maxNamespaces = 10_000;

export class ObjectIntake<Raw extends KubeObject, T extends KubeObject> {
  readonly #convert: (raw: Raw) => T;
  readonly #onUnusable: (error: unknown, raw: unknown) => void;
  /** The one copy of each namespace's name, however many objects are in it; forgotten when there are too many. */
  readonly #namespaces = new Map<string, string>();

  /** @param convert may throw, for an object that is then left out */
  constructor(convert: (raw: Raw) => T, onUnusable: (error: unknown, raw: unknown) => void) {
    this.#convert = convert;
    this.#onUnusable = onUnusable;
  }

  /** Undefined for an object that cannot be converted, after `onUnusable` was told. */
  toCached(raw: unknown): T | undefined {
    try {
      if (!isKubeObject(raw)) throw new TypeError('it has no name, uid or resourceVersion');
      return this.#convert(this.#toLean(raw as Raw));
    } catch (error) {
      this.#onUnusable(error, raw);
      return undefined;
    }
  }

  #toLean(raw: Raw): Raw {
    const lean = withoutManagedFields(raw);
    const { namespace } = lean.metadata;
    if (namespace === undefined) return lean;
    return { ...lean, metadata: { ...lean.metadata, namespace: this.#intern(namespace) } };
  }

  #intern(namespace: string): string {
    const known = this.#namespaces.get(namespace);
    if (known !== undefined) return known;
    if (this.#namespaces.size >= maxNamespaces) this.#namespaces.clear();
    this.#namespaces.set(namespace, namespace);
    return namespace;
  }
}
