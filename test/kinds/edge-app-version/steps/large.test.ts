import { describe, expect, it } from 'vitest';
import type { EdgeAppVersion } from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { World } from './world.ts';

/** Larger than what the cache keeps, so every pass reads it live. */
const large = { labels: { note: 'x'.repeat(100_000) } };

function createWorld(options: ConstructorParameters<typeof World>[0] = {}) {
  const reads = { count: 0 };
  const world = new World({
    ...options,
    client: (client) => ({
      ...client,
      read: (key) => {
        reads.count += 1;
        return client.read(key);
      },
    }),
  });
  return { world, reads };
}

describe('a large object', () => {
  it('gets its version as a small one does, and then rests', async () => {
    const { world, reads } = createWorld();
    await using _ = world;
    await world.apply({ metadata: large });
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.count('create')).toBe(1);
    const before = reads.count;
    await world.clock.advance(3_600_000);
    expect(reads.count).toBe(before);
  });

  it('is left alone while it is suspended, and wakes when that ends', async () => {
    const { world, reads } = createWorld();
    await using _ = world;
    await world.apply({ metadata: large, spec: { suspend: true } });
    expect(world.summary()).toBe('False/Suspended');
    const [before, writes] = [reads.count, world.writes];
    await world.clock.advance(3_600_000);
    expect([reads.count, world.writes]).toEqual([before, writes]);
    await world.edit(withSpec({ suspend: false }));
    expect(world.summary()).toBe('True/Created');
  });

  it('is woken when its status is taken away', async () => {
    const { world } = createWorld();
    await using _ = world;
    await world.apply({ metadata: large, spec: { suspend: true } });
    await world.edit(({ status: _status, ...object }) => object as EdgeAppVersion);
    expect(world.summary()).toBe('False/Suspended');
  });

  it('gives its target to a younger one when it goes', async () => {
    const { world } = createWorld();
    await using _ = world;
    await world.apply({ metadata: large, spec: { name: 'shared', suspend: true } });
    const younger = { name: 'younger', uid: 'younger', creationTimestamp: '2026-11-24T09:00:00Z', ...large };
    await world.apply({ metadata: younger, spec: { name: 'shared' } });
    await world.clock.advance(1000);
    expect(world.summary('shop/younger')).toContain('Conflict');
    world.store.remove('shop/shop-1-4-2');
    await world.clock.advance(60_000);
    expect(world.summary('shop/younger')).toBe('True/Created');
  });
});

function withSpec(spec: Partial<EdgeAppVersion['spec']>) {
  return (object: EdgeAppVersion): EdgeAppVersion => ({
    ...object,
    metadata: { ...object.metadata, generation: object.metadata.generation + 1 },
    spec: { ...object.spec, ...spec },
  });
}
