/** What an administrator does with the Lease: looks at it, and frees it from a holder that is surely dead. */
import { setTimeout as delay } from 'node:timers/promises';
import { createLeaseClient } from '../../src/kube/lease-client.ts';
import type { KubeTransport } from '../../src/kube/transport.ts';
import type { Lease, LeaseClient } from '../../src/runtime/election/lease.ts';

const key = { namespace: 'edgeapp-system', name: 'edgeapp-operator' };
const path = `/apis/coordination.k8s.io/v1/namespaces/${key.namespace}/leases/${key.name}`;
const pollEveryMs = 250;
const callMs = 5_000;

export class LeaseKeeper {
  readonly #transport: KubeTransport;
  readonly #client: LeaseClient;

  /** @param transport with the rights of an administrator */
  constructor(transport: KubeTransport) {
    this.#transport = transport;
    this.#client = createLeaseClient(transport, key);
  }

  /** Who holds it; undefined where nobody does, or nobody can tell just now. */
  async holder(): Promise<string | undefined> {
    return (await this.#read())?.holder || undefined;
  }

  /**
   * Spares the others the wait for the end of a dead process' lease, if it has one, as an orderly end would have done:
   * takes its name out of the Lease, or the Lease away. Does nothing where anybody wrote meanwhile.
   */
  async free(deadIdentity: string, how: 'empty' | 'delete'): Promise<void> {
    const lease = await this.#read();
    if (lease?.holder !== deadIdentity) return;
    const { resourceVersion } = lease;
    const signal = AbortSignal.timeout(callMs);
    const freed =
      how === 'empty'
        ? this.#client.replace({ ...lease, holder: '' }, signal)
        : this.#transport.send({
            ...{ method: 'DELETE', path, signal },
            body: JSON.stringify({ preconditions: { resourceVersion } }),
          });
    await freed.catch(() => undefined);
  }

  /** Resolves with the holder once it is somebody else than `identity`; undefined when `signal` aborts before. */
  async anotherThan(identity: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      const holder = await this.holder();
      if (holder !== undefined && holder !== identity) return holder;
      await delay(pollEveryMs, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  #read(): Promise<Lease | undefined> {
    return this.#client.read(AbortSignal.timeout(callMs)).catch(() => undefined);
  }
}
