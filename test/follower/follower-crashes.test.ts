/** The example of a kind over ports in memory, its process killed before and after each of its calls. */
import { expect, test } from 'vitest';
import type { ObjectClient } from '../../src/api/object-client.ts';
import { Accounts } from '../../src/cloud/accounts.ts';
import { References } from '../../src/runtime/references.ts';
import { testApp as appId, esaClientOver, MemoryEsa } from '../support/memory-esa.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { followerKind } from './follower.ts';
import type { Follower } from './types.ts';

const moments = ['before', 'after'] as const;
const key = 'shop/follower-1';

/** Calls of one process, until the one at which it dies; from then on nothing comes back. */
class Life {
  calls = 0;
  readonly #diesAt: number;
  readonly #moment: (typeof moments)[number];

  constructor(diesAt: number, moment: (typeof moments)[number] = 'before') {
    this.#diesAt = diesAt;
    this.#moment = moment;
  }

  async call<T>(act: () => Promise<T>): Promise<T> {
    this.calls += 1;
    const isLast = this.calls === this.#diesAt;
    if (this.calls > this.#diesAt || (isLast && this.#moment === 'before')) return new Promise(() => {});
    const result = await act();
    return isLast ? new Promise(() => {}) : result;
  }
}

class World {
  readonly clock = new VirtualClock();
  readonly store = createMemoryObjectStore<Follower>({ indexes: followerKind.indexes });
  readonly esa = new MemoryEsa({ clock: this.clock, listLagMs: 20_000, duplicateNames: 'allowed' });

  /** A process that lives as `life` says. */
  start(life: Life): void {
    const { clock, store, esa } = this;
    const { client, cache } = store;
    const random = { uuid: () => `attempt-${life.calls}-${clock.monotonicMs()}`, fraction: () => 0.5 };
    const mortal: ObjectClient<Follower> = {
      read: (of) => life.call(() => client.read(of)),
      replaceStatus: (object, status) => life.call(() => client.replaceStatus(object, status)),
      patchStatus: (of, operations) => life.call(() => client.patchStatus(of, operations)),
      setFinalizers: (object, finalizers) => life.call(() => client.setFinalizers(object, finalizers)),
    };
    const references = new References();
    references.add('EdgeAppVersion', { read: async () => ready });
    const controller = followerKind.createController({
      accounts: new Accounts({ esa: esaClientOver((call) => life.call(() => esa.send(call))), clock }),
      references,
      cache,
      client: mortal,
      leadership: { term: () => ({ isHeld: () => true }) },
      schema: { type: 'object' },
      missingFields: () => [],
      concurrency: 1,
      clock,
      random,
      logger: silent,
    });
    controller.start();
  }
}

test.for(moments)(
  'a process that dies %s any of its calls leaves a version that the next one finds',
  async (moment) => {
    for (let diesAt = 1; ; diesAt += 1) {
      const world = new World();
      world.store.create(follower());
      const life = new Life(diesAt, moment);
      world.start(life);
      await world.clock.advance(1_000);
      world.start(new Life(Number.POSITIVE_INFINITY));
      await world.clock.advance(3_600_000);
      expect(world.esa.versions, `call ${diesAt}`).toHaveLength(1);
      expect(world.store.stored(key)?.status?.versionId).toBe(world.esa.versions[0]?.versionId);
      if (life.calls < diesAt) return;
    }
  },
);

function follower(): Follower {
  const metadata = {
    namespace: 'shop',
    name: 'follower-1',
    uid: 'uid-1',
    resourceVersion: '1',
    generation: 1,
  };
  const spec = { appId, follows: 'leader-1', image: 'registry.example.com/shop/web:1.4.2' };
  return { metadata: { ...metadata, creationTimestamp: '2026-11-24T08:00:00Z' }, spec };
}

const ready = {
  metadata: { ...follower().metadata, name: 'leader-1' },
  status: {
    observedGeneration: 1,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        observedGeneration: 1,
        lastTransitionTime: '2026-11-24T08:00:00Z',
        reason: 'Created',
        message: 'version',
      },
    ],
  },
} as const;

const ignore = (): void => {};
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => silent };
