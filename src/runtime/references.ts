/** How objects of one kind refer to those of another: kinds know each other by name alone, and read each other here. */
import { findCondition } from '../api/conditions.ts';
import type { ObjectKey } from '../api/kube-object.ts';
import type { ObjectClient } from '../api/object-client.ts';
import type { ReconciledObject } from './reconcile-object.ts';

export class References {
  readonly #clients = new Map<string, Pick<ObjectClient<ReconciledObject>, 'read'>>();

  /** Makes the objects of `kind` known to the others. */
  add(kind: string, client: Pick<ObjectClient<ReconciledObject>, 'read'>): void {
    this.#clients.set(kind, client);
  }

  /**
   * A live read, as caches keep only the heads of many objects; undefined when there is no such object.
   * @throws Error where the operator has no such kind; KubeError
   */
  async read(kind: string, key: ObjectKey): Promise<ReconciledObject | undefined> {
    const client = this.#clients.get(kind);
    if (!client) throw new Error(`${kind} is not in the list of kinds`);
    return client.read(key);
  }
}

/** Whether an object is Ready for what its spec says now. */
export function isReady(object: ReconciledObject | undefined): boolean {
  return findCondition(object?.status?.conditions, 'Ready')?.status === 'True';
}
