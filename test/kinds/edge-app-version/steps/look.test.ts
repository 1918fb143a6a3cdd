import { describe, expect, it } from 'vitest';
import type { AdoptionPolicy } from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../../../src/kinds/edge-app-version/request/to-create-request.ts';
import { edgeAppVersion } from '../../../support/manifests.ts';
import { esaError, keyedEsaClient } from '../../../support/memory-esa.ts';
import { key, settleDelayMs, spacingMs, World } from './world.ts';

const provenMs = settleDelayMs + 2 * spacingMs + 1000;
const { Containers: containers } = toCreateRequest(edgeAppVersion(), { packing: defaultPacking });
const foreign = '[k8s owner=other-cluster/shop/shop-1-4-2 spec=v1:000000000000]';
const older = '[k8s owner=test-cluster/shop/shop-1-4-2 spec=v1:000000000000]';

describe('a version of the sought name that is there already', () => {
  it('with our marker and content is taken without a create: a rebuilt cluster', async () => {
    await using first = new World();
    await first.apply();
    const [made] = first.esa.versions;
    await using rebuilt = new World();
    rebuilt.esa.versions.push(...first.esa.versions);
    await rebuilt.apply({ metadata: { uid: 'another' } });
    expect(rebuilt.status()).toMatchObject({ versionId: made?.versionId, origin: 'Created' });
    expect([rebuilt.esa.count('create'), rebuilt.writes]).toEqual([0, 1]);
  });

  const cases: {
    title: string;
    remarks?: string;
    content?: readonly unknown[];
    policy: AdoptionPolicy;
    summary: string;
  }[] = [
    {
      title: 'of another cluster',
      remarks: foreign,
      policy: 'IfIdentical',
      summary: 'False/Conflict Stalled',
    },
    { title: 'of another spec', remarks: older, policy: 'IfIdentical', summary: 'False/Conflict Stalled' },
    { title: 'of nobody under Owned', policy: 'Owned', summary: 'False/Conflict Stalled' },
    { title: 'of nobody under Never', policy: 'Never', summary: 'False/Conflict Stalled' },
    { title: 'of nobody, equal, under IfIdentical', policy: 'IfIdentical', summary: 'True/Adopted' },
    {
      title: 'of nobody, different, under IfIdentical',
      content: [{ ...containers[0], Spec: '8C32G' }],
      policy: 'IfIdentical',
      summary: 'False/Conflict Stalled',
    },
  ];
  it.each(cases)('$title: $summary', async ({ remarks = '', content = containers, policy, summary }) => {
    await using world = new World();
    const version = world.esa.add({ name: 'shop-1-4-2', remarks, containers: content });
    await world.apply({ spec: { adoptionPolicy: policy } });
    expect(world.summary()).toBe(summary);
    expect(world.esa.count('create')).toBe(0);
    if (summary.startsWith('False')) expect(world.status().error?.message).toContain(version.versionId);
  });

  it('made by an earlier object is not taken under Never', async () => {
    await using first = new World();
    await first.apply();
    await using world = new World();
    world.esa.versions.push(...first.esa.versions);
    await world.apply({ spec: { adoptionPolicy: 'Never' } });
    expect(world.summary()).toBe('False/Conflict Stalled');
  });

  it('made by an open attempt is taken under Never', async () => {
    await using world = new World();
    world.esa.failNext('create', { kind: 'after', error: esaError('ECONNRESET') });
    await world.apply({ spec: { adoptionPolicy: 'Never' } });
    await world.clock.advance(5000);
    expect(world.summary()).toBe('True/Created');
  });

  it('twice with our marker is for a person, who reads both ids', async () => {
    await using first = new World();
    await first.apply();
    const [made] = first.esa.versions;
    await using world = new World();
    const ids = [1, 2].map(
      () => world.esa.add({ name: 'shop-1-4-2', remarks: made?.remarks ?? '' }).versionId,
    );
    await world.apply();
    expect(world.summary()).toBe('False/DuplicateVersion Stalled');
    for (const id of ids) expect(world.status().error?.message).toContain(id);
  });

  it('under a longer name is no match, however fuzzy the search', async () => {
    await using world = new World();
    world.esa.add({ name: 'shop-1-4-2-b' });
    world.esa.add({ name: 'SHOP-1-4-2' });
    await world.apply();
    expect(world.summary()).toBe('True/Created');
    expect(world.esa.versions).toHaveLength(3);
  });

  it('ends a conflict within an hour once it is gone', async () => {
    await using world = new World();
    world.esa.add({ name: 'shop-1-4-2' });
    await world.apply();
    world.esa.versions.pop();
    await world.clock.advance(67 * 60_000);
    expect(world.summary()).toBe('True/Created');
  });
});

describe('a look that fails', () => {
  it.each([
    ['InvalidApp.NotFound', 404, 'False/AppNotFound Stalled'],
    ['InvalidAccessKeyId.NotFound', 404, 'False/CredentialsInvalid Stalled'],
    ['NoPermission', 403, 'False/PermissionDenied Stalled'],
    ['ServiceUnavailable', 503, 'False/ProgressingWithRetry Reconciling'],
    ['Throttling', 400, 'False/Throttled Reconciling'],
  ])('with %s creates nothing and says why', async (code, httpStatus, summary) => {
    await using world = new World();
    const error = esaError(code, { operation: 'ListEdgeContainerAppVersions', httpStatus });
    world.esa.failNext('list', { kind: 'before', error });
    await world.apply();
    expect(world.summary()).toBe(summary);
    expect(world.status().error).toMatchObject({ code, operation: 'ListEdgeContainerAppVersions' });
    expect(world.esa.count('create')).toBe(0);
    await world.clock.advance(67 * 60_000);
    expect(world.summary()).toBe('True/Created');
  });

  it('for want of credentials is for a person, and heals', async () => {
    let isBroken = true;
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
    await world.apply();
    expect(world.summary()).toBe('False/CredentialsInvalid Stalled');
    isBroken = false;
    await world.annotate({ 'esa.alibabacloud.com/requested-at': '1' });
    expect(world.summary()).toBe('True/Created');
  });
});

describe('an unlisted refusal', () => {
  it('keeps its attempt open, and is sent again each hour', async () => {
    await using world = new World();
    for (let i = 0; i < 5; i++) {
      world.esa.failNext('create', {
        kind: 'before',
        error: esaError('QuotaExceeded.Version', { httpStatus: 400 }),
      });
    }
    await world.apply();
    expect(world.status().attempt).toBeDefined();
    expect(world.status().error?.code).toBe('QuotaExceeded.Version');
    await world.clock.advance(provenMs);
    expect(world.status().attempt).toBeDefined();
    expect(world.summary()).toContain('Stalled');
    await world.clock.advance(50 * 60_000);
    expect(world.esa.count('create')).toBe(1);
    await world.clock.advance(20 * 60_000);
    expect(world.esa.count('create')).toBe(2);
  });
});

describe('two objects with one target', () => {
  const second = 'shop/shop-b';
  const target = { name: 'shop-1.4.2' };

  it('give it to the older one; the other names it and calls nobody', async () => {
    await using world = new World();
    await world.apply({ metadata: { uid: 'a' }, spec: target });
    const calls = world.esa.calls.length;
    await world.apply({
      metadata: { name: 'shop-b', uid: 'b', creationTimestamp: '2026-11-24T09:00:00Z' },
      spec: target,
    });
    expect(world.summary(second)).toBe('False/Conflict Stalled');
    expect(world.status(second).error?.message).toContain('shop/shop-1-4-2');
    expect(world.esa.calls.length).toBe(calls);
  });

  it('let the other one have a look as soon as the first is gone', async () => {
    await using world = new World();
    await world.apply({ metadata: { uid: 'a' }, spec: target });
    await world.apply({
      metadata: { name: 'shop-b', uid: 'b', creationTimestamp: '2026-11-24T09:00:00Z' },
      spec: target,
    });
    world.store.remove(key);
    await world.clock.settle();
    expect(world.summary(second)).toBe('False/Conflict Stalled');
    expect(world.status(second).error?.message).toContain('test-cluster/shop/shop-1-4-2');
  });
});

describe('the second of two objects with one target', () => {
  const target = { name: 'shop-1.4.2' };
  const older = { name: 'shop-a', uid: 'a', creationTimestamp: '2026-11-24T07:00:00Z' };

  it('has its turn when the attempt of the first came to nothing', async () => {
    await using world = new World();
    world.esa.failNext('create', {
      kind: 'before',
      error: esaError('Throttling', { httpStatus: 400, retryAfterMs: 600_000 }),
    });
    await world.apply({ spec: target });
    await world.apply({ metadata: older, spec: { ...target, remarks: 'corrected' } });
    await world.clock.advance(3 * provenMs);
    expect(world.summary('shop/shop-a')).toBe('True/Created');
    expect(world.esa.versions).toHaveLength(1);
  });
});

describe('the second of two objects with one target, in a cluster that is built anew', () => {
  const target = { name: 'shop-1.4.2' };
  const older = { name: 'shop-a', uid: 'a', creationTimestamp: '2026-11-24T07:00:00Z' };

  it.each(['first', 'last'])('gets its version back when the other one is applied %s', async (when) => {
    await using lost = new World();
    await lost.apply({ spec: target });
    await using world = new World();
    world.esa.versions.push(...lost.esa.versions);
    if (when === 'first') await world.apply({ metadata: older, spec: target });
    await world.apply({ metadata: { uid: 'b' }, spec: target });
    if (when === 'last') await world.apply({ metadata: older, spec: target });
    expect(world.summary()).toBe('True/Created');
    expect(world.status()).toMatchObject({ versionId: lost.status().versionId });
    expect(world.summary('shop/shop-a')).toBe('False/Conflict Stalled');
    expect(world.esa.count('create')).toBe(0);
  });

  it("takes no version of nobody, which is the first one's to take", async () => {
    await using world = new World();
    world.esa.add({ name: target.name, containers });
    await world.apply({ metadata: older, spec: target });
    await world.apply({ metadata: { uid: 'b' }, spec: { ...target, adoptionPolicy: 'IfIdentical' } });
    expect(world.summary()).toBe('False/Conflict Stalled');
    expect(world.status().error?.message).toContain('shop/shop-a already stands');
  });
});

describe('an object that breaks a rule of the resource', () => {
  it('is refused without a call, with the field, and rests', async () => {
    await using world = new World({
      findIssues: ({ spec }) =>
        spec.remarks === 'bad' ? [{ path: 'spec.remarks', message: 'must not be bad' }] : [],
    });
    await world.apply({ spec: { remarks: 'bad' } });
    expect(world.summary()).toBe('False/InvalidRequest Stalled');
    expect(world.status().error?.message).toBe('spec.remarks: must not be bad');
    expect(world.esa.calls).toHaveLength(0);
    await world.edit((object) => ({ ...object, spec: { ...object.spec, remarks: 'good' } }));
    expect(world.summary()).toBe('True/Created');
  });
});

describe('suspend', () => {
  it('creates nothing until it is taken away', async () => {
    await using world = new World();
    await world.apply({ spec: { suspend: true } });
    expect(world.summary()).toBe('False/Suspended');
    expect(world.esa.calls).toHaveLength(0);
    await world.edit((object) => ({ ...object, spec: { ...object.spec, suspend: false } }));
    expect(world.summary()).toBe('True/Created');
  });

  it.each([
    ['after', 'True/Created', 1],
    ['before', 'False/Suspended', 1],
  ] as const)(
    'still resolves an open attempt whose answer was lost %s its effect',
    async (kind, summary, creates) => {
      await using world = new World();
      world.esa.failNext('create', { kind, error: esaError('ECONNRESET') });
      await world.apply();
      await world.edit((object) => ({ ...object, spec: { ...object.spec, suspend: true } }));
      await world.clock.advance(provenMs + 5000);
      expect(world.summary()).toBe(summary);
      expect(world.status().attempt === undefined).toBe(kind === 'after');
      expect(world.esa.count('create')).toBe(creates);
    },
  );
});

describe('a burst of objects', () => {
  it('shares listings beyond eight look-ups of one app at a time, and creates each version once', async () => {
    await using world = new World({ concurrency: 50 });
    for (let i = 0; i < 200; i++)
      world.store.create(edgeAppVersion({ metadata: { name: `shop-${i}-b`, uid: `${i}` } }));
    await world.clock.settle();
    await world.clock.advanceUntil(() => world.esa.versions.length === 200);
    expect(world.esa.count('create')).toBe(200);
    expect(world.esa.count('list')).toBeLessThan(200);
    expect(world.writes).toBe(400);
  });

  it('shares none of an app so large that listing it takes more calls than searching for each', async () => {
    await using world = new World({ concurrency: 50 });
    for (let i = 0; i < 2000; i++) world.esa.add({ name: `old-${i}` });
    const burst = async (name: string, size: number) => {
      for (let i = 0; i < size; i++)
        world.store.create(edgeAppVersion({ metadata: { name: `${name}-${i}-b`, uid: `${name}-${i}` } }));
      await world.clock.settle();
    };
    await burst('first', 50);
    await world.clock.advanceUntil(() => world.esa.count('create') === 50);
    const before = world.esa.count('list');
    await burst('second', 200);
    await world.clock.advanceUntil(() => world.esa.count('create') === 250);
    expect(world.esa.count('list') - before).toBe(200);
  });
});

describe('a credential that the cloud refuses', () => {
  it('is not tried by each of many objects, and all of them heal once it is taken', async () => {
    await using world = new World();
    const refused = esaError('InvalidAccessKeyId.NotFound', {
      operation: 'ListEdgeContainerAppVersions',
      httpStatus: 404,
    });
    for (let i = 0; i < 4; i++) world.esa.failNext('list', { kind: 'before', error: refused });
    for (let i = 0; i < 50; i++) {
      world.store.create(edgeAppVersion({ metadata: { name: `shop-${i}-b`, uid: `${i}` } }));
    }
    await world.clock.settle();
    await world.clock.advanceUntil(() => world.status('shop/shop-49-b').error !== undefined);
    expect(world.summary('shop/shop-49-b')).toBe('False/CredentialsInvalid Stalled');
    expect(world.esa.calls.length).toBeLessThanOrEqual(4);
    const nextMs = Date.parse(world.status('shop/shop-49-b').error?.nextAttemptTime ?? '');
    expect(nextMs - world.clock.wallMs()).toBeLessThanOrEqual(30_000);
    await world.clock.advance(5 * 60_000);
    expect(world.esa.versions).toHaveLength(50);
  });
});

describe('a look that is refused with a code that nobody knows', () => {
  const unlisted = esaError('Brand.New', { httpStatus: 400 });
  const minutesMs = 5 * 60_000;

  it('is repeated within minutes before a person is called', async () => {
    await using world = new World();
    for (let times = 0; times < 8; times += 1)
      world.esa.failNext('list', { kind: 'before', error: unlisted });
    await world.apply();
    expect(world.summary()).toBe('False/ProgressingWithRetry Reconciling');
    await world.clock.advance(minutesMs);
    expect(world.summary()).toBe('False/InvalidRequest Stalled');
    expect(world.status().error).toMatchObject({ code: 'Brand.New', class: 'Configuration', attempts: 8 });
  });

  it('goes on by itself where it passes', async () => {
    await using world = new World();
    for (let times = 0; times < 7; times += 1)
      world.esa.failNext('list', { kind: 'before', error: unlisted });
    await world.apply();
    await world.clock.advance(minutesMs);
    expect(world.summary()).toBe('True/Created');
  });

  it.each(['OperationConflict', 'Brand.New'])('stalls no object for a conflict: %s', async (code) => {
    await using world = new World();
    const error = esaError(code, { httpStatus: 409 });
    for (let times = 0; times < 15; times += 1) world.esa.failNext('list', { kind: 'before', error });
    await world.apply();
    for (let minute = 0; minute < 60 && world.status().error; minute += 1) {
      expect(world.summary()).toBe('False/ProgressingWithRetry Reconciling');
      await world.clock.advance(60_000);
    }
    expect(world.summary()).toBe('True/Created');
  });
});
