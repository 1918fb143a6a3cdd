/** A leader by a Lease, 15/10/2 s, which client-node leaves to its users. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiException, type CoordinationV1Api, type V1Lease, V1MicroTime } from '@kubernetes/client-node';

const key = { namespace: 'edgeapp-system', name: 'client-node-peer' };
const leaseDurationMs = 15_000;
const renewDeadlineMs = 10_000;
const retryMs = 2_000;

export class Leader {
  readonly #api: CoordinationV1Api;
  readonly #onLost: () => void;
  readonly #identity = randomUUID();
  #lease: V1Lease | undefined;
  /** When the lease was last seen to change, by the clock that never goes back. */
  #seen = { resourceVersion: '', atMs: 0 };
  #renewedMs = Number.NEGATIVE_INFINITY;

  constructor(api: CoordinationV1Api, onLost: () => void) {
    this.#api = api;
    this.#onLost = onLost;
  }

  get isHeld(): boolean {
    return performance.now() - this.#renewedMs < renewDeadlineMs;
  }

  /** Resolves once the lease is held, and renews it from then on. */
  async acquire(): Promise<void> {
    while (!(await this.#tryAcquire().catch(() => false))) await delay(retryMs);
    void this.#keep();
  }

  /** Gives the lease back, so that another need not wait. */
  async release(): Promise<void> {
    if (!this.isHeld) return;
    await this.#write('').catch(() => undefined);
  }

  async #keep(): Promise<void> {
    while (this.isHeld) {
      await delay(retryMs);
      await this.#write(this.#identity).catch(() => undefined);
    }
    this.#onLost();
  }

  async #tryAcquire(): Promise<boolean> {
    this.#lease = await this.#api.readNamespacedLease(key).catch((error: unknown) => {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw error;
    });
    const { resourceVersion = '' } = this.#lease?.metadata ?? {};
    if (resourceVersion !== this.#seen.resourceVersion)
      this.#seen = { resourceVersion, atMs: performance.now() };
    const isFree =
      !this.#lease?.spec?.holderIdentity || performance.now() - this.#seen.atMs > leaseDurationMs;
    if (isFree) await this.#write(this.#identity);
    return isFree;
  }

  /** Conditional on the version that was read or written last. */
  async #write(holderIdentity: string): Promise<void> {
    const startedMs = performance.now();
    const now = new V1MicroTime();
    const body: V1Lease = {
      ...this.#lease,
      metadata: { ...key, ...this.#lease?.metadata },
      spec: {
        holderIdentity,
        leaseDurationSeconds: leaseDurationMs / 1000,
        acquireTime: now,
        renewTime: now,
      },
    };
    this.#lease = this.#lease
      ? await this.#api.replaceNamespacedLease({ ...key, body })
      : await this.#api.createNamespacedLease({ namespace: key.namespace, body });
    if (holderIdentity === this.#identity) this.#renewedMs = startedMs;
  }
}
