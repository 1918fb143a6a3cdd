import { describe, expect, it } from 'vitest';
import { finalizer } from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { container } from '../../../support/manifests.ts';
import { esaError, keyedEsaClient, resultOf } from '../../../support/memory-esa.ts';
import { key, settleDelayMs, spacingMs, World, type WorldOptions } from './world.ts';

const provenMs = settleDelayMs + 2 * spacingMs + 1000;

async function appliedWithDelete(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  await world.apply({ spec: { deletionPolicy: 'Delete' } });
  return world;
}

async function remove(world: World): Promise<void> {
  world.store.remove(key);
  await world.clock.settle();
}

describe('deletionPolicy Retain', () => {
  it('lets the object go at once and keeps the version', async () => {
    await using world = new World();
    await world.apply();
    await remove(world);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.versions).toHaveLength(1);
  });

  it('takes the finalizer off an object that had Delete before', async () => {
    await using world = await appliedWithDelete();
    await world.edit((object) => ({ ...object, spec: { ...object.spec, deletionPolicy: 'Retain' } }));
    expect(world.object().metadata.finalizers ?? []).toEqual([]);
    expect(world.summary()).toBe('True/Created');
    expect(world.status().observedGeneration).toBe(2);
  });
});

describe('deletionPolicy Delete', () => {
  it('sets the finalizer before the first claim', async () => {
    const finalizersAtClaim: (readonly string[] | undefined)[] = [];
    await using world = await appliedWithDelete({
      client: (client) => ({
        ...client,
        replaceStatus: (object, status) => {
          if ('attempt' in status) finalizersAtClaim.push(object.metadata.finalizers);
          return client.replaceStatus(object, status);
        },
      }),
    });
    expect(finalizersAtClaim).toEqual([[finalizer]]);
    expect(world.summary()).toBe('True/Created');
  });

  it('deletes the version by its id, then lets the object go, leaving the finalizers of others', async () => {
    await using world = await appliedWithDelete();
    await world.edit((object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        finalizers: ['example.com/mine', ...(object.metadata.finalizers ?? [])],
      },
    }));
    await remove(world);
    expect(world.esa.versions).toHaveLength(0);
    expect(world.object().metadata.finalizers).toEqual(['example.com/mine']);
  });

  it.each([
    ['without a marker', ''],
    ['with the marker of another object', '[k8s owner=other/shop/shop-1-4-2 spec=v1:000000000000]'],
  ])('never deletes a version %s', async (_, remarks) => {
    await using world = await appliedWithDelete();
    Object.assign(world.esa.versions[0] ?? {}, { remarks });
    await remove(world);
    await world.clock.advance(3 * 3_600_000);
    expect(world.summary()).toBe('False/DeleteRefused Stalled');
    expect(world.esa.count('delete')).toBe(0);
    await world.annotate({ 'esa.alibabacloud.com/abandon': 'true' });
    expect(world.store.stored(key)).toBeUndefined();
  });

  it('never deletes a published version, and says where it is in use', async () => {
    await using world = await appliedWithDelete();
    world.esa.inUse.prod.push(world.status().versionId ?? '');
    await remove(world);
    expect(world.summary()).toBe('False/InUse Stalled');
    expect(world.status().error?.message).toContain('prod');
    world.esa.inUse.prod.pop();
    await world.clock.advance(67 * 60_000);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.versions).toHaveLength(0);
  });

  it('finds out whether a delete whose answer was lost was done', async () => {
    await using world = await appliedWithDelete();
    const error = esaError('ECONNRESET', { operation: 'DeleteEdgeContainerAppVersion' });
    world.esa.failNext('delete', { kind: 'after', error });
    await remove(world);
    expect(world.summary()).toBe('False/ProgressingWithRetry Reconciling');
    await world.clock.advance(provenMs + 20_000);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.count('delete')).toBe(1);
  });

  it('waits and looks before it lets an object go whose id is not known', async () => {
    await using world = await appliedWithDelete({ esa: { listLagMs: settleDelayMs - 1000 } });
    world.esa.failNext('create', { kind: 'after', error: esaError('ECONNRESET') });
    await world.apply({
      metadata: { name: 'shop-lost', uid: 'lost' },
      spec: { deletionPolicy: 'Delete' },
    });
    world.store.remove('shop/shop-lost');
    await world.clock.advance(settleDelayMs - 1000);
    expect(world.store.stored('shop/shop-lost')).toBeDefined();
    await world.clock.advance(25 * 60_000);
    expect(world.store.stored('shop/shop-lost')).toBeUndefined();
    expect(world.esa.versions.map(({ name }) => name)).toEqual(['shop-1-4-2']);
  });

  it('lets an object go that never had a version once that is proven', async () => {
    await using world = new World();
    const error = esaError('InvalidParameter.Image', { httpStatus: 400 });
    world.esa.failNext('create', { kind: 'before', error });
    await world.apply({ spec: { deletionPolicy: 'Delete' } });
    await remove(world);
    expect(world.summary()).toBe('False/Deleting Reconciling');
    await world.clock.advance(provenMs + 5000);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.count('delete')).toBe(0);
  });

  it('counts "not found" only where the app is found', async () => {
    await using world = await appliedWithDelete();
    world.esa.versions.length = 0;
    const gone = esaError('InvalidApp.NotFound', { operation: 'GetEdgeContainerApp', httpStatus: 404 });
    world.esa.failNext('getApp', { kind: 'before', error: gone });
    await remove(world);
    await world.clock.advance(5 * 60_000);
    expect(world.summary()).toBe('False/AppNotFound Stalled');
    expect(world.store.stored(key)).toBeDefined();
  });

  it('is Stalled without credentials, and an annotation lets the object go', async () => {
    let isBroken = false;
    await using world: World = new World({
      esaClient: ({ esa }) =>
        keyedEsaClient(
          () => {
            if (isBroken) throw esaError('InvalidCredentials', { operation: 'GetCredentials' });
            return 'key';
          },
          () => esa.send,
        ),
    });
    await world.apply({ spec: { deletionPolicy: 'Delete' } });
    isBroken = true;
    await remove(world);
    expect(world.summary()).toBe('False/CredentialsInvalid Stalled');
    await world.annotate({ 'esa.alibabacloud.com/abandon': 'true' });
    expect(world.store.stored(key)).toBeUndefined();
  });

  it('does not call when somebody wrote since the pass began', async () => {
    let edits = 1;
    await using world = await appliedWithDelete({
      client: (client, { store }) => ({
        ...client,
        read: async (of) => {
          const object = store.stored(key);
          if (object && edits-- > 0) {
            store.update({ ...object, metadata: { ...object.metadata, labels: { touched: 'yes' } } });
          }
          return client.read(of);
        },
      }),
    });
    await remove(world);
    expect(world.esa.count('delete')).toBe(0);
    await world.clock.advance(5000);
    expect(world.esa.count('delete')).toBe(1);
  });

  it('does not call on the strength of a live read that is older than the deadline', async () => {
    let stepMs = 5001;
    await using world = await appliedWithDelete({
      client: (client, { clock }) => ({
        ...client,
        read: async (of) => {
          const object = await client.read(of);
          clock.stepWall(stepMs);
          stepMs = 0;
          return object;
        },
      }),
    });
    await remove(world);
    expect(world.esa.count('delete')).toBe(0);
    await world.clock.advance(5000);
    expect(world.esa.count('delete')).toBe(1);
  });

  it('waits while the object is suspended', async () => {
    await using world = await appliedWithDelete();
    await world.edit((object) => ({ ...object, spec: { ...object.spec, suspend: true } }));
    await remove(world);
    expect(world.summary()).toBe('False/Suspended');
    expect(world.esa.count('delete')).toBe(0);
  });

  it('says how to go on while the object is suspended', async () => {
    await using world = await appliedWithDelete();
    await world.edit((object) => ({ ...object, spec: { ...object.spec, suspend: true } }));
    await remove(world);
    const message = world.status().conditions?.[0]?.message;
    for (const way of ['unset it', 'Retain', 'abandon']) expect(message).toContain(way);
  });

  it('says so when the annotation abandon has a value that does not count', async () => {
    await using world = await appliedWithDelete();
    world.esa.inUse.prod.push(world.status().versionId ?? '');
    await world.annotate({ 'esa.alibabacloud.com/abandon': 'yes' });
    await remove(world);
    expect(world.summary()).toBe('False/InUse Stalled');
    expect(world.status().error?.remedy).toContain('only with the value "true"');
  });

  it('is not done when the cloud only says so', async () => {
    await using world = await appliedWithDelete();
    const restore = world.esa.replace('delete', async (call) => resultOf(call, {}));
    await remove(world);
    await world.clock.advance(60_000);
    expect(world.store.stored(key)).toBeDefined();
    expect(world.status().error).toMatchObject({ code: 'DeleteNotDone' });
    restore();
    await world.clock.advance(10 * 60_000);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.versions).toHaveLength(0);
  });

  it('is not proved again when the write after it meets a conflict', async () => {
    let conflicts = 2;
    await using world = await appliedWithDelete({
      client: (client) => ({
        ...client,
        setFinalizers: async (object, finalizers) =>
          finalizers.length === 0 && conflicts-- > 0
            ? { kind: 'conflict' }
            : client.setFinalizers(object, finalizers),
      }),
    });
    await remove(world);
    await world.clock.advance(10_000);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.count('delete')).toBe(1);
  });

  it('says which write the API server refuses, and goes on', async () => {
    let isRefused = true;
    await using world = await appliedWithDelete({
      client: (client) => ({
        ...client,
        setFinalizers: async (object, finalizers) => {
          if (finalizers.length === 0 && isRefused)
            throw new Error('admission webhook "x.example.com" denied it');
          return client.setFinalizers(object, finalizers);
        },
      }),
    });
    await remove(world);
    expect(world.summary()).toBe('False/ProgressingWithRetry Reconciling');
    expect(world.status().error?.message).toContain('x.example.com');
    isRefused = false;
    await world.clock.advance(60_000);
    expect(world.store.stored(key)).toBeUndefined();
  });

  it('takes back no finalizer in a loop where a webhook strips it', async () => {
    let patches = 0;
    await using world = await appliedWithDelete({
      client: (client) => ({
        ...client,
        setFinalizers: (object) => {
          patches += 1;
          return client.setFinalizers(object, []);
        },
      }),
    });
    await world.clock.advance(3_600_000);
    expect(patches).toBeLessThan(5);
    expect(world.summary()).toBe('False/WriteNotStored Stalled');
    expect(world.esa.count('create')).toBe(0);
  });

  describe('of an app that is not found', () => {
    const notFound = (operation: string) => esaError('InvalidApp.NotFound', { operation, httpStatus: 404 });

    it('lets an object go that never had an attempt or an id', async () => {
      await using world = new World();
      world.esa.replace('list', async ({ operation }) => {
        throw notFound(operation);
      });
      await world.apply({ spec: { deletionPolicy: 'Delete' } });
      expect(world.summary()).toBe('False/AppNotFound Stalled');
      await remove(world);
      expect(world.store.stored(key)).toBeUndefined();
    });

    it('keeps an object with an id, and says what helps', async () => {
      await using world = await appliedWithDelete();
      world.esa.versions.length = 0;
      world.esa.replace('list', async ({ operation }) => {
        throw notFound(operation);
      });
      await remove(world);
      expect(world.summary()).toBe('False/AppNotFound Stalled');
      expect(world.status().error?.remedy).toContain('abandon');
      expect(world.status().error?.remedy).not.toContain('Create the application');
    });
  });

  describe('of a version that was never seen', () => {
    async function unseen(isKnownToDelete: boolean): Promise<World> {
      const world = new World({ esa: { listLagMs: Number.POSITIVE_INFINITY } });
      world.esa.replace('get', async ({ operation }) => {
        throw esaError('InvalidParameter.VersionId', { operation, httpStatus: 404 });
      });
      if (!isKnownToDelete) {
        world.esa.replace('delete', async ({ operation }) => {
          world.esa.calls.push({ operation: 'delete', atMs: 0 });
          throw esaError('InvalidParameter.VersionId', { operation, httpStatus: 404 });
        });
      }
      await world.apply({ spec: { deletionPolicy: 'Delete' } });
      await remove(world);
      return world;
    }

    it('waits for the propagation time, then deletes it by its id', async () => {
      await using world = await unseen(true);
      await world.clock.advance(19 * 60_000);
      expect(world.esa.count('delete')).toBe(0);
      expect(world.summary()).toBe('False/Deleting Reconciling');
      await world.clock.advance(8 * 60_000);
      expect(world.esa.count('delete')).toBe(1);
      expect(world.store.stored(key)).toBeUndefined();
      expect(world.esa.versions).toHaveLength(0);
    });

    it('is not ended by a "not found"', async () => {
      await using world = await unseen(false);
      await world.clock.advance(24 * 3_600_000);
      expect(world.summary()).toBe('False/DeleteRefused Stalled');
      expect(world.esa.count('delete')).toBeGreaterThan(2);
      await world.annotate({ 'esa.alibabacloud.com/abandon': 'true' });
      expect(world.store.stored(key)).toBeUndefined();
    });
  });

  it('waits for the propagation time since an attempt whose end is not known', async () => {
    await using world = new World({ esa: { listLagMs: 15 * 60_000 } });
    world.esa.failNext('create', { kind: 'after', error: esaError('ECONNRESET') });
    await world.apply({ spec: { deletionPolicy: 'Delete' } });
    await remove(world);
    await world.clock.advance(14 * 60_000);
    expect(world.store.stored(key)).toBeDefined();
    await world.clock.advance(30 * 60_000);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.versions).toHaveLength(0);
  });

  describe('of a version whose name an attempt without a known end could use again', () => {
    const ends = [
      { title: 'one before the last', kinds: ['before'] },
      { title: 'the last, whose version a lookup found', kinds: ['after'] },
      { title: 'the two last', kinds: ['before', 'after'] },
    ] as const;

    async function afterEnds(kinds: readonly ('before' | 'after')[]): Promise<World> {
      const world = new World();
      for (const kind of kinds) world.esa.failNext('create', { kind, error: esaError('ECONNRESET') });
      await world.apply({ spec: { deletionPolicy: 'Delete' } });
      return world;
    }

    async function expectWait(world: World): Promise<void> {
      await remove(world);
      expect(world.summary()).toBe('False/Deleting Reconciling');
      await world.clock.advance(19 * 60_000);
      expect(world.esa.versions).toHaveLength(1);
      await world.clock.advance(10 * 60_000);
      expect(world.store.stored(key)).toBeUndefined();
      expect(world.esa.versions).toHaveLength(0);
    }

    it.each(ends)('waits for the propagation time once the id is known: $title', async ({ kinds }) => {
      await using world = await afterEnds(kinds);
      await world.clock.advanceUntil(() => world.summary() === 'True/Created');
      await expectWait(world);
    });

    it.each(ends.slice(1))('waits for it before the id is known: $title', async ({ kinds }) => {
      await using world = await afterEnds(kinds);
      await world.clock.advanceUntil(() => world.esa.count('create') === kinds.length);
      await expectWait(world);
    });
  });

  it('deletes a version whose request a changed setting keeps from being built', async () => {
    const spec = { deletionPolicy: 'Delete' as const, containers: [container({ command: ['a b'] })] };
    await using first = new World({
      settings: { packing: { ...defaultPacking, blanksInCommands: 'quote' } },
    });
    await first.apply({ spec });
    const status = first.status();
    await using world = new World();
    world.esa.versions.push(...first.esa.versions);
    const { versionId: _, versionUid: __, ...lost } = status;
    await world.apply({ metadata: { finalizers: [finalizer] }, spec, status: lost });
    await remove(world);
    await world.clock.advance(provenMs);
    expect(world.store.stored(key)).toBeUndefined();
    expect(world.esa.versions).toHaveLength(0);
  });
});
