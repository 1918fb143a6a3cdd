import { describe, expect, it } from 'vitest';
import type {
  EdgeAppVersion,
  EdgeAppVersionSpec,
  EdgeAppVersionStatus,
} from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { esaError } from '../../../support/memory-esa.ts';
import { key, settleDelayMs, spacingMs, World } from './world.ts';

const provenMs = settleDelayMs + 2 * spacingMs + 1000;

it('keeps a version Ready when it cannot be seen for a while', async () => {
  await using world = new World();
  await world.apply();
  const error = esaError('ServiceUnavailable', { operation: 'GetEdgeContainerAppVersion', httpStatus: 503 });
  world.esa.failNext('get', { kind: 'before', error });
  await world.annotate({ 'esa.alibabacloud.com/requested-at': '1' });
  expect(world.summary()).toBe('True/Created');
  await world.clock.advance(5000);
  expect(world.status().lastHandledRequestedAt).toBe('1');
});

it('reports a version that somebody deleted, when asked to look', async () => {
  await using world = new World();
  await world.apply();
  world.esa.versions.length = 0;
  await world.annotate({ 'esa.alibabacloud.com/requested-at': '1' });
  expect(world.summary()).toBe('True/Created');
  await world.clock.advance(provenMs);
  expect(world.summary()).toBe('False/VersionMissing Stalled');
  expect(world.status().versionId).toBeDefined();
  await world.clock.advance(5 * 3_600_000);
  expect(world.summary()).toBe('False/VersionMissing Stalled');
  expect(world.esa.count('create')).toBe(1);
});

it('looks at versions at rest only where that is switched on', async () => {
  await using world = new World({ settings: { verifyIntervalMs: 3_600_000 } });
  await world.apply();
  const gets = world.esa.count('get');
  await world.clock.advance(3 * 3_600_000);
  expect(world.esa.count('get')).toBeGreaterThan(gets + 1);
  expect(world.summary()).toBe('True/Created');
  world.esa.versions.length = 0;
  await world.clock.advance(2 * 3_600_000);
  expect(world.summary()).toBe('False/VersionMissing Stalled');
});

it('follows a build that turns out failed, then created after all', async () => {
  await using world = new World({ esa: { firstStatus: 'creating' } });
  await world.apply();
  for (const version of world.esa.versions) version.status = 'failed';
  await world.clock.advance(60_000);
  expect(world.summary()).toBe('False/BuildFailed Stalled');
  for (const version of world.esa.versions) version.status = 'created';
  await world.clock.advance(67 * 60_000);
  expect(world.summary()).toBe('True/Created');
  expect(world.status()).not.toHaveProperty('error');
});

it('says what keeps it from seeing a build', async () => {
  await using world = new World({ esa: { firstStatus: 'creating' } });
  await world.apply();
  const error = esaError('NoPermission', { operation: 'GetEdgeContainerAppVersion', httpStatus: 403 });
  world.esa.failNext('get', { kind: 'before', error });
  await world.clock.advance(2000);
  expect(world.summary()).toBe('False/PermissionDenied Stalled');
  for (const version of world.esa.versions) version.status = 'created';
  await world.clock.advance(67 * 60_000);
  expect(world.summary()).toBe('True/Created');
});

it('has seen a new generation that changes nothing in the cloud without a call', async () => {
  await using world = new World();
  await world.apply();
  const calls = world.esa.calls.length;
  await world.edit((object) => ({ ...object, spec: { ...object.spec, suspend: true } }));
  expect(world.status().observedGeneration).toBe(2);
  expect(world.summary()).toBe('True/Created');
  expect(world.esa.calls.length).toBe(calls);
});

it('writes a status again that somebody took away from an object at rest', async () => {
  await using world = new World();
  await world.apply({ spec: { suspend: true } });
  await world.edit((object) => ({ ...object, status: { observedGeneration: -1 } }));
  expect(world.summary()).toBe('False/Suspended');
});

it('takes up an attempt again that a restored status has open', async () => {
  await using world = new World();
  const earlier: EdgeAppVersionStatus[] = [];
  world.store.onChange(({ new: after }) => after?.status?.attempt && earlier.push(after.status));
  world.esa.failNext('create', {
    kind: 'before',
    error: esaError('InvalidParameter.Image', { httpStatus: 400 }),
  });
  await world.apply();
  expect(world.summary()).toBe('False/InvalidRequest Stalled');
  const [open] = earlier;
  await world.edit((object) => ({ ...object, ...(open && { status: open }) }));
  expect(world.status().attempt).toBeDefined();
  await world.clock.advance(provenMs + 10_000);
  expect(world.summary()).toBe('True/Created');
  expect(world.esa.count('create')).toBe(2);
});

it('finds the version again whose id a restored status lacks', async () => {
  await using world = new World();
  world.esa.add({ name: 'shop-1-4-2' });
  await world.apply();
  expect(world.summary()).toBe('False/Conflict Stalled');
  const before = world.status();
  world.esa.versions.pop();
  await world.annotate({ 'esa.alibabacloud.com/requested-at': 'now' });
  expect(world.summary()).toBe('True/Created');
  const { versionId } = world.status();
  await world.edit((object) => ({ ...object, status: before }));
  expect(world.status()).toMatchObject({ versionId, origin: 'Created' });
  expect(world.esa.count('create')).toBe(1);
});

describe('a version that was never seen', () => {
  const propagationMs = 20 * 60_000;

  /** The cloud keeps it and shows it to nobody before `shownAtMs`. */
  function hide(world: World, shownAtMs: number): void {
    world.esa.replace('get', async (call, next) => {
      if (world.clock.monotonicMs() >= shownAtMs) return next(call);
      throw esaError('InvalidParameter.VersionId', { operation: call.operation, httpStatus: 404 });
    });
  }

  it('is awaited, and Ready once it shows', async () => {
    await using world = new World({ esa: { listLagMs: 300_000 } });
    hide(world, world.clock.monotonicMs() + 300_000);
    await world.apply();
    expect(world.summary()).toBe('Unknown/Creating Reconciling');
    expect(world.status()).not.toHaveProperty('seenTime');
    expect(world.status()).not.toHaveProperty('versionStatus');
    await world.clock.advance(290_000);
    expect(world.summary()).toBe('Unknown/Creating Reconciling');
    await world.clock.advance(400_000);
    expect(world.summary()).toBe('True/Created');
    expect(world.status().seenTime).toBeDefined();
    expect(world.esa.count('create')).toBe(1);
  });

  it('is for a person after the propagation time, and still looked for', async () => {
    const shownMs = 3 * 3_600_000;
    await using world = new World({ esa: { listLagMs: shownMs } });
    hide(world, world.clock.monotonicMs() + shownMs);
    await world.apply();
    await world.clock.advance(propagationMs - 60_000);
    expect(world.summary()).toBe('Unknown/Creating Reconciling');
    await world.clock.advance(7 * 60_000);
    expect(world.summary()).toBe('False/VersionMissing Stalled');
    expect(world.status().error?.cause).not.toContain('deleted');
    expect(world.status().error?.remedy).toContain('second');
    await world.clock.advance(shownMs);
    expect(world.summary()).toBe('True/Created');
  });
});

describe('a status that came from elsewhere', () => {
  async function copied(
    spec: Partial<EdgeAppVersionSpec> = {},
  ): Promise<{ world: World; status: EdgeAppVersionStatus }> {
    const world = new World();
    await world.apply();
    const status = world.status();
    const metadata = { name: 'shop-copy', uid: 'copy' };
    await world.apply({ metadata, spec: { ...spec, name: 'copied' }, status });
    return { world, status };
  }

  it('with the id of another object is never believed', async () => {
    const { world } = await copied();
    await using _ = world;
    expect(world.summary('shop/shop-copy')).toBe('False/Conflict Stalled');
    await world.clock.advance(3 * 3_600_000);
    expect(world.summary('shop/shop-copy')).toBe('False/Conflict Stalled');
    expect(world.status('shop/shop-copy').error?.message).toContain('test-cluster/shop/shop-1-4-2 owns');
  });

  it('with the id of a version that nobody shows is never believed, and shown it is not', async () => {
    await using world = new World();
    world.esa.replace('get', async ({ operation }) => {
      throw esaError('InvalidParameter.VersionId', { operation, httpStatus: 404 });
    });
    await world.apply();
    const { seenTime: _, ...status } = world.status();
    const made = world.esa.versions.splice(0);
    await world.apply({ metadata: { name: 'shop-copy', uid: 'copy' }, spec: { name: 'copied' }, status });
    await world.clock.advance(3 * 3_600_000);
    expect(world.summary('shop/shop-copy')).toBe('False/Conflict Stalled');
    world.esa.versions.push(...made);
    await world.clock.advance(3_600_000);
    expect(world.summary('shop/shop-copy')).toBe('False/Conflict Stalled');
    expect(world.status('shop/shop-copy').versionUid).not.toBe('copy');
  });

  it('lets the object go without a call that changes anything', async () => {
    const { world } = await copied({ deletionPolicy: 'Delete' });
    await using _ = world;
    world.store.remove('shop/shop-copy');
    await world.clock.advance(5000);
    expect(world.store.stored('shop/shop-copy')).toBeUndefined();
    expect(world.esa.count('delete')).toBe(0);
    expect(world.esa.versions).toHaveLength(1);
  });

  it('in the place of one that was lost leaves nothing behind when the object goes', async () => {
    await using world = new World();
    await world.apply();
    const metadata = { name: 'shop-copy', uid: 'copy' };
    await world.apply({ metadata, spec: { name: 'copied', deletionPolicy: 'Delete' } });
    const copy = world.store.stored('shop/shop-copy') as EdgeAppVersion;
    world.store.update({ ...copy, status: world.status() });
    world.store.remove('shop/shop-copy');
    await world.clock.advance(5000);
    expect(world.store.stored('shop/shop-copy')).toBeUndefined();
    expect(world.esa.versions.map(({ name }) => name)).toEqual([world.status().versionName]);
  });

  it('with the id of a version of other content is never believed', async () => {
    await using world = new World();
    await world.apply();
    const status = world.status();
    world.store.remove(key);
    await world.apply({ metadata: { uid: 'again' }, spec: { remarks: 'other' }, status });
    expect(world.summary()).toBe('False/Conflict Stalled');
    expect(world.status().error?.message).toContain('another spec');
  });

  it('with the id of the version of this very object is taken after one lookup', async () => {
    await using world = new World();
    await world.apply();
    const status = world.status();
    world.store.remove(key);
    const creates = world.esa.count('create');
    await world.apply({ metadata: { uid: 'again' }, status });
    expect(world.summary()).toBe('True/Created');
    expect(world.status().versionUid).toBe('again');
    expect(world.esa.count('create')).toBe(creates);
  });
});

describe('a start at which nothing stored is believed', () => {
  it('looks at every version once, by one listing of the app, and tells when that is done', async () => {
    await using world = new World();
    for (let i = 0; i < 30; i++) await world.apply({ metadata: { name: `shop-${i}`, uid: `${i}` } });
    const lists = world.esa.count('list');
    let isVerified = false;
    world.esa.versions.splice(3, 1);
    world.restart(() => {
      isVerified = true;
    });
    await world.clock.settle();
    expect(world.summary('shop/shop-4')).toBe('True/Created');
    expect(isVerified).toBe(false);
    expect(world.esa.count('list') - lists).toBeLessThanOrEqual(3);
    await world.clock.advance(provenMs);
    expect(world.summary('shop/shop-3')).toBe('False/VersionMissing Stalled');
    expect(isVerified).toBe(true);
  });
});

it('acts on requests of a person at most once a minute for one object', async () => {
  await using world = new World();
  await world.apply();
  const calls = world.esa.calls.length;
  for (let i = 0; i < 200; i++) {
    await world.annotate({ 'esa.alibabacloud.com/requested-at': `${i}` });
    await world.clock.advance(50);
  }
  expect(world.esa.calls.length - calls).toBe(1);
  await world.clock.advance(60_000);
  expect(world.status().lastHandledRequestedAt).toBe('199');
  expect(world.esa.calls.length - calls).toBe(2);
});
