import { describe, expect, it } from 'vitest';
import type { EdgeAppVersionStatus } from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { isFingerprintOf } from '../../../../src/kinds/edge-app-version/request/fingerprint.ts';
import { parseMarker } from '../../../../src/kinds/edge-app-version/request/marker.ts';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../../../src/kinds/edge-app-version/request/to-create-request.ts';
import { edgeAppVersion } from '../../../support/manifests.ts';
import { esaError } from '../../../support/memory-esa.ts';
import { key, settleDelayMs, spacingMs, World, withRecords } from './world.ts';

const lost = esaError('ECONNRESET');
const refused = esaError('InvalidParameter.Image', { httpStatus: 400 });
const propagationMs = 20 * 60_000;
const provenMs = settleDelayMs + 2 * spacingMs + 1;

describe('an unclear create whose response names a wait', () => {
  it('is followed by the next one only after that', async () => {
    await using world = new World();
    const waitMs = 10 * 60_000;
    const error = esaError('ServiceUnavailable', { httpStatus: 503, retryAfterMs: waitMs });
    world.esa.failNext('create', { kind: 'before', error });
    await world.apply();
    const nextMs = Date.parse(world.status().error?.nextAttemptTime ?? '');
    expect(Math.abs(nextMs - world.clock.wallMs() - waitMs)).toBeLessThan(2_000);
    await world.clock.advance(waitMs - 5_000);
    expect(world.esa.count('create')).toBe(1);
    await world.clock.advance(60_000);
    expect(world.summary()).toBe('True/Created');
  });
});

describe('creating a version', () => {
  it('creates one version and writes its id, with two status writes', async () => {
    await using world = new World();
    await world.apply();
    expect(world.summary()).toBe('True/Created');
    expect(world.status()).toMatchObject({
      observedGeneration: 1,
      versionId: world.esa.versions[0]?.versionId,
      versionName: 'shop-1-4-2',
      versionStatus: 'created',
      origin: 'Created',
      attempts: 1,
      requestId: 'request-attempt-1',
    });
    expect(world.status()).not.toHaveProperty('attempt');
    expect([world.esa.count('create'), world.writes]).toEqual([1, 2]);
  });

  it('marks the version as made by this object from this content', async () => {
    await using world = new World();
    await world.apply({ spec: { remarks: 'spring release' } });
    const remarks = world.esa.versions[0]?.remarks ?? '';
    expect(remarks.startsWith('spring release\n')).toBe(true);
    expect(parseMarker(remarks)).toMatchObject({
      owner: { ownerId: 'test-cluster', namespace: 'shop', name: 'shop-1-4-2' },
      spec: world.status().fingerprint?.slice(0, 15),
    });
  });

  it('polls a version that is being built, and writes only when that ends', async () => {
    await using world = new World({ esa: { firstStatus: 'creating' } });
    await world.apply();
    expect(world.summary()).toBe('Unknown/Creating Reconciling');
    await world.clock.advance(20_000);
    expect(world.writes).toBe(2);
    for (const version of world.esa.versions) version.status = 'created';
    await world.clock.advance(60_000);
    expect(world.summary()).toBe('True/Created');
    expect(world.writes).toBe(3);
  });

  it('says so when a build takes more than half an hour', async () => {
    await using world = new World({ esa: { firstStatus: 'creating' } });
    await world.apply();
    await world.clock.advance(31 * 60_000);
    expect(world.summary()).toBe('Unknown/Creating Reconciling');
    expect(world.status().conditions?.[0]?.message).toContain('more than 30 minutes');
  });

  it('reports a build that failed as something for a person', async () => {
    await using world = new World({ esa: { firstStatus: 'failed' } });
    await world.apply();
    expect(world.summary()).toBe('False/BuildFailed Stalled');
    expect(world.status().versionId).toBe(world.esa.versions[0]?.versionId);
    expect(world.status().error?.remedy).toContain('another name');
  });

  it('does nothing more for an object at rest', async () => {
    await using world = new World();
    await world.apply();
    const before = [world.writes, world.esa.calls.length];
    await world.clock.advance(24 * 3_600_000);
    expect([world.writes, world.esa.calls.length]).toEqual(before);
  });
});

describe('an answer that is lost', () => {
  it('is found again when the version was created, without a second create', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'after', error: lost });
    await world.apply();
    expect(world.summary()).toBe('False/Ambiguous Reconciling');
    await world.clock.advance(2000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.count('create')).toBe(1);
  });

  it('leads to a second create only when the absence is proven', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'before', error: lost });
    await world.apply();
    await world.clock.advance(settleDelayMs + 2 * spacingMs - 1000);
    expect(world.esa.count('create')).toBe(1);
    await world.clock.advance(15_000);
    expect(world.esa.count('create')).toBe(2);
    expect(world.summary()).toBe('True/Created');
    expect(world.status()).toMatchObject({ attempts: 2, unclearAttempts: 1 });
  });

  it('is found however long List lags behind within the settle delay', async () => {
    await using world = new World({ esa: { listLagMs: settleDelayMs - 1 } });
    world.esa.failNext('create', { kind: 'after', error: lost });
    await world.apply();
    await world.clock.advance(provenMs + 10_000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.count('create')).toBe(1);
  });

  it('is not taken for absent by a listing that fails or does not add up', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'before', error: lost });
    const unavailable = esaError('ServiceUnavailable', {
      operation: 'ListEdgeContainerAppVersions',
      httpStatus: 503,
    });
    await world.apply();
    for (let i = 0; i < 200; i++) world.esa.failNext('list', { kind: 'before', error: unavailable });
    await world.clock.advance(30 * 60_000);
    expect(world.esa.count('create')).toBe(1);
    expect(world.summary()).toBe('False/ProgressingWithRetry Reconciling');
  });

  it('keeps a later refusal from ending the attempt, however long its version does not show', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'before', error: lost });
    world.esa.failNext('create', { kind: 'before', error: refused });
    await world.apply();
    await world.clock.advanceUntil(() => world.esa.count('create') === 2);
    expect(world.status().attempt).toMatchObject({ number: 2, unknownBefore: true });
    expect(world.status().error?.code).toBe('InvalidParameter.Image');
    await world.clock.advance(provenMs + 1000);
    expect(world.summary()).toBe('False/InvalidRequest Stalled');
    await world.clock.advance(propagationMs + 5 * 60_000);
    expect(world.summary()).toBe('False/Ambiguous Stalled');
    expect(world.status().attempt).toMatchObject({ number: 2 });
    expect(world.status().error?.code).toBe('InvalidParameter.Image');
    expect(world.esa.count('create')).toBe(2);
  });

  it('is sent again after such a refusal only when a person asks for it', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'before', error: lost });
    world.esa.failNext('create', { kind: 'before', error: refused });
    await world.apply();
    await world.clock.advance(3 * 3_600_000);
    expect(world.esa.count('create')).toBe(2);
    await world.annotate({ 'esa.alibabacloud.com/requested-at': 'now' });
    await world.clock.advance(1000);
    expect(world.esa.count('create')).toBe(3);
    expect(world.summary()).toBe('True/Created');
  });

  it('again and again makes the attempts rarer, and calls a person at the fifth', async () => {
    await using world = new World();
    for (let i = 0; i < 30; i++) world.esa.failNext('create', { kind: 'before', error: lost });
    await world.apply();
    await world.clock.advance(29 * 60_000);
    expect(world.esa.count('create')).toBe(5);
    expect(world.summary()).toBe('False/Ambiguous Stalled');
    expect(world.status()).toMatchObject({ attempts: 5, unclearAttempts: 4 });
    await world.clock.advance(24 * 3_600_000);
    expect(world.esa.count('create')).toBeLessThanOrEqual(5 + 26);
    expect(world.esa.calls.length).toBeLessThan(2000);
  });

  it('of many objects in a row lets one create out at a time until one has a clear end', async () => {
    await using world = new World({ concurrency: 20 });
    let isDown = true;
    let [underWay, most] = [0, 0];
    world.esa.replace('create', async (call, next) => {
      underWay += 1;
      if (world.esa.count('create') > 40) most = Math.max(most, underWay);
      await world.clock.sleep(100);
      underWay -= 1;
      if (isDown) world.esa.failNext('create', { kind: 'before', error: lost });
      return next(call);
    });
    for (let i = 0; i < 40; i++)
      world.store.create(edgeAppVersion({ metadata: { name: `shop-${i}-b`, uid: `${i}` } }));
    await world.clock.advance(10 * 60_000);
    expect(world.esa.count('create')).toBeLessThan(40);
    expect(most).toBeLessThanOrEqual(1);
    isDown = false;
    await world.clock.advance(2 * 3_600_000);
    expect(world.esa.versions).toHaveLength(40);
  });
});

describe('a name that the cloud refuses as taken', () => {
  const taken = esaError('NameAlreadyExists', { httpStatus: 400 });

  it('is ours when the version carries our marker and content', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'after', error: taken });
    await world.apply();
    await world.clock.advance(5000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.versions).toHaveLength(1);
  });

  it('is reserved when no such version shows, and is never sent again, not even when asked', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'before', error: taken });
    await world.apply();
    await world.clock.advance(provenMs + 1000);
    expect(world.summary()).toBe('False/Ambiguous Reconciling');
    await world.clock.advance(propagationMs + 5 * 60_000);
    expect(world.summary()).toBe('False/NameReserved Stalled');
    expect(world.status().error?.code).toBe('NameAlreadyExists');
    await world.annotate({ 'esa.alibabacloud.com/requested-at': 'now' });
    await world.clock.advance(3 * 3_600_000);
    expect(world.esa.count('create')).toBe(1);
    expect(world.summary()).toBe('False/NameReserved Stalled');
    expect(world.status().attempt).toBeDefined();
    expect(world.status().lastHandledRequestedAt).toBe('now');
  });

  it('is reserved while only similar names are listed, which the message names', async () => {
    await using world = new World();
    world.esa.add({ name: 'SHOP-1-4-2' });
    world.esa.failNext('create', { kind: 'before', error: taken });
    await world.apply();
    await world.clock.advance(propagationMs + 10 * 60_000);
    expect(world.summary()).toBe('False/NameReserved Stalled');
    expect(world.status().conditions?.[0]?.message).toContain('it lists SHOP-1-4-2');
  });

  it('is still known as reserved after a look that failed in between', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'before', error: taken });
    await world.apply();
    const error = esaError('ServiceUnavailable', {
      operation: 'ListEdgeContainerAppVersions',
      httpStatus: 503,
    });
    world.esa.failNext('list', { kind: 'before', error });
    await world.clock.advance(5000);
    expect(world.status().error?.code).toBe('NameAlreadyExists');
    await world.clock.advance(propagationMs + 10 * 60_000);
    expect(world.summary()).toBe('False/NameReserved Stalled');
    expect(world.esa.count('create')).toBe(1);
  });

  it.each([200_000, 50 * 60_000, 25 * 3_600_000])(
    'is ours though its create was lost and it is listed only after %d ms',
    async (listLagMs) => {
      await using world = new World({ esa: { listLagMs } });
      world.esa.failNext('create', { kind: 'after', error: lost });
      await world.apply();
      await world.clock.advance(listLagMs + 66 * 60_000);
      expect(world.summary()).toBe('True/Created');
      expect(world.status()).not.toHaveProperty('attempt');
      expect(world.esa.versions).toHaveLength(1);
    },
  );

  it('is looked for with pauses that grow to five minutes, and to an hour after a day', async () => {
    await using world = new World({ esa: { listLagMs: Number.POSITIVE_INFINITY } });
    world.esa.failNext('create', { kind: 'after', error: lost });
    await world.apply();
    await world.clock.advance(12 * 3_600_000);
    expect(world.summary()).toBe('False/Ambiguous Stalled');
    const lookups = () => world.esa.count('list');
    let before = lookups();
    await world.clock.advance(3_600_000);
    // A lookup that counts is a search and a whole listing.
    expect(lookups() - before).toBe(24);
    await world.clock.advance(24 * 3_600_000);
    before = lookups();
    await world.clock.advance(10 * 3_600_000);
    expect(lookups() - before).toBe(20);
  });
});

describe('a refusal', () => {
  it('that is terminal is sent again only when the spec changes', async () => {
    await using world = new World();
    world.esa.failNext('create', {
      kind: 'before',
      error: esaError('InvalidParameter.Image', { httpStatus: 400 }),
    });
    await world.apply();
    expect(world.summary()).toBe('False/InvalidRequest Stalled');
    expect(world.status()).toMatchObject({
      error: { code: 'InvalidParameter.Image', class: 'Terminal', attempts: 1, httpStatus: 400 },
      requestId: '0C9E2F60-0000-4000-8000-000000000001',
    });
    await world.clock.advance(5 * 3_600_000);
    expect(world.esa.count('create')).toBe(1);
    await world.edit((object) => ({ ...object, spec: { ...object.spec, remarks: 'mended' } }));
    expect(world.summary()).toBe('True/Created');
    expect(world.status()).not.toHaveProperty('error');
  });

  it('that is terminal is sent again when a person asks for it', async () => {
    await using world = new World();
    world.esa.failNext('create', {
      kind: 'before',
      error: esaError('InvalidParameter', { httpStatus: 400 }),
    });
    await world.apply();
    await world.annotate({ 'esa.alibabacloud.com/requested-at': '2026-11-24T10:00:00Z' });
    expect(world.summary()).toBe('True/Created');
    expect(world.status().lastHandledRequestedAt).toBe('2026-11-24T10:00:00Z');
  });

  it('that lies in the configuration is sent again each hour', async () => {
    await using world = new World();
    for (let i = 0; i < 2; i++) {
      world.esa.failNext('create', { kind: 'before', error: esaError('NoPermission', { httpStatus: 403 }) });
    }
    await world.apply();
    expect(world.summary()).toBe('False/PermissionDenied Stalled');
    await world.clock.advance(61 * 60_000);
    expect(world.status().error?.attempts).toBe(2);
    await world.clock.advance(61 * 60_000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.count('create')).toBe(3);
  });

  it('for throttling waits as long as the cloud asks', async () => {
    await using world = new World();
    const throttled = esaError('Throttling.User', { httpStatus: 400, retryAfterMs: 90_000 });
    world.esa.failNext('create', { kind: 'before', error: throttled });
    await world.apply();
    expect(world.summary()).toBe('False/Throttled Reconciling');
    await world.clock.advance(89_000);
    expect(world.esa.count('create')).toBe(1);
    await world.clock.advance(2000);
    expect(world.summary()).toBe('True/Created');
  });
});

describe('the claim', () => {
  it('is not followed by a create when somebody wrote since the pass read', async () => {
    await using world = new World();
    world.store.pauseDelivery();
    await world.apply();
    await world.edit((object) => ({ ...object, spec: { ...object.spec, remarks: 'meanwhile' } }));
    world.store.resumeDelivery();
    await world.clock.advance(5000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.versions[0]?.remarks).toContain('meanwhile');
    expect(world.esa.count('create')).toBe(1);
  });

  it.each([
    ['the attempt', ({ attempt: _, ...status }: EdgeAppVersionStatus) => status],
    [
      'the fingerprint of the attempt',
      (status: EdgeAppVersionStatus) => ({ ...status, attempt: { ...status.attempt, fingerprint: 'v1:0' } }),
    ],
    ['the count of attempts', ({ attempts: _, ...status }: EdgeAppVersionStatus) => status],
  ])('is not followed by a create where the API server did not keep %s', async (_, strip) => {
    await using world = new World({
      client: (client) => ({
        ...client,
        replaceStatus: async (object, status) => {
          return client.replaceStatus(object, strip(status as EdgeAppVersionStatus));
        },
      }),
    });
    await world.apply();
    await world.clock.advance(24 * 3_600_000);
    expect(world.esa.count('create')).toBe(0);
    expect(world.writes).toBeLessThan(100);
  });

  it('is not written where the installed CRD is known to drop it', async () => {
    await using world = new World({ dependencies: { missingFields: () => ['status.attempt.id'] } });
    await world.apply();
    expect(world.summary()).toBe('False/WriteNotStored Stalled');
    expect(world.status()).not.toHaveProperty('attempts');
    expect(world.esa.count('create')).toBe(0);
  });

  it.each([
    ['a small object', {}],
    ['a large object', { metadata: { annotations: { note: 'x'.repeat(10_000) } } }],
  ])('is written at once when the CRD has all fields again, of %s', async (_, overrides) => {
    let missing = ['status.attempt.id'];
    await using world = new World({ dependencies: { missingFields: () => missing } });
    await world.apply(overrides);
    await world.completeSchema();
    expect(world.summary()).toBe('False/WriteNotStored Stalled');
    missing = [];
    await world.completeSchema();
    expect(world.status()).toMatchObject({ attempts: 1, versionId: expect.any(String) });
  });

  it('says so where the API server did not keep it', async () => {
    await using world = new World({
      client: (client) => ({
        ...client,
        replaceStatus: (object, { attempt: _, ...status }: EdgeAppVersionStatus) =>
          client.replaceStatus(object, status),
      }),
    });
    await world.apply();
    expect(world.summary()).toBe('False/WriteNotStored Stalled');
    expect(world.status().error?.message).toContain('status.attempt');
  });

  it('is not followed by a create when its write took longer than the claim deadline', async () => {
    await using world = new World({
      client: (client, { clock }) => ({
        ...client,
        replaceStatus: async (object, status) => {
          const result = await client.replaceStatus(object, status);
          if ('attempt' in status) clock.stepWall(5001);
          return result;
        },
      }),
    });
    await world.apply();
    expect(world.status().attempt).toMatchObject({ number: 1 });
    expect(world.esa.count('create')).toBe(0);
  });

  it('is not followed by a create when the lease was lost meanwhile', async () => {
    await using world = new World({
      client: (client, inner) => ({
        ...client,
        replaceStatus: async (object, status) => {
          const result = await client.replaceStatus(object, status);
          inner.isLeader = false;
          return result;
        },
      }),
    });
    await world.apply();
    expect(world.esa.count('create')).toBe(0);
  });
});

describe('the record', () => {
  it('is written however often the API server fails', async () => {
    let failures = 5;
    await using world = new World({
      client: (client) =>
        withRecords(client, async (write) => {
          if (failures-- > 0) throw new Error('connection refused');
          return write();
        }),
    });
    await world.apply();
    expect(world.status().attempt).toBeDefined();
    await world.clock.advance(60_000);
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.count('create')).toBe(1);
  });

  it('goes through while somebody else writes to the object', async () => {
    await using world = new World({
      client: (client, { store }) =>
        withRecords(client, async (write) => {
          const object = store.stored(key);
          if (object)
            store.update({ ...object, metadata: { ...object.metadata, labels: { touched: 'yes' } } });
          return write();
        }),
    });
    await world.apply();
    expect(world.summary()).toBe('True/Created');
    expect(world.object().metadata.labels).toEqual({ touched: 'yes' });
  });

  it('of an object that is gone goes to the log, and a new object of that name takes the version', async () => {
    await using world = new World({
      client: (client, { store }) =>
        withRecords(client, async (write) => {
          if (store.stored(key)?.metadata.uid === 'first') store.remove(key);
          return write();
        }),
    });
    await world.apply({ metadata: { uid: 'first' } });
    const [version] = world.esa.versions;
    expect(world.logs.find(({ level }) => level === 'error')?.fields).toMatchObject({
      versionId: version?.versionId,
    });
    await world.apply({ metadata: { uid: 'second' } });
    expect(world.status().versionId).toBe(version?.versionId);
    expect(world.esa.count('create')).toBe(1);
  });
});

describe('unproven duplicate names', () => {
  const settings = {
    duplicateNames: 'unproven',
    absence: { settleDelayMs: 20 * 60_000, spacingMs, looks: 3 },
  } as const;

  it('make a new object wait for the settle delay before its first look', async () => {
    await using world = new World({ settings });
    await world.apply();
    expect(world.summary()).toBe('Unknown/Progressing Reconciling');
    expect(world.esa.calls).toHaveLength(0);
    await world.clock.advance(20 * 60_000);
    expect(world.summary()).toBe('True/Created');
  });
});

it('pins the fingerprint in the status to the content that was sent', async () => {
  await using world = new World();
  await world.apply();
  const status = world.status();
  expect(
    isFingerprintOf(status.fingerprint ?? '', toCreateRequest(world.object(), { packing: defaultPacking })),
  ).toBe(true);
});
