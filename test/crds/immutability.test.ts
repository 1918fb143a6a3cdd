/** What may change when, on the real API server: before, during and after the create. */
import { describe, expect, test } from 'vitest';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import { resourcePath } from '../support/api-server.ts';
import { container, manifest } from '../support/manifests.ts';
import { absent } from './case.ts';
import { changeAt } from './change-at.ts';
import { useCrdServer } from './crd-server.ts';
import { causesOf, type Status } from './judge.ts';

const running = useCrdServer();

const attempt: Attempt = {
  id: '6f1c7a52-7d0e-4f7a-9a54-0d3c6a1f2b10',
  uid: '5f0c1a52-7d0e-4f7a-9a54-0d3c6a1f2b10',
  number: 1,
  name: 'shop-1.4.2',
  fingerprint: 'v1:ab12',
  startedAt: '2026-11-24T08:00:00Z',
  unknownBefore: false,
};
const versionId = 'ver-876293716316510001';

const spec = {
  name: 'shop-1.4.2',
  remarks: 'spring release',
  containers: [
    container({ env: ['A', 'B', 'C'].map((name) => ({ name, value: '1' })), args: ['a', 'b'] }),
    container({ name: 'cache' }),
    container({ name: 'log' }),
  ],
};

let count = 0;

/** A new object with this status. */
async function store(status: object = {}, overrides: object = {}): Promise<EdgeAppVersion> {
  count += 1;
  const name = `object-${count}`;
  const object = manifest({ metadata: { name }, spec: { ...spec, ...overrides } });
  const created = await running().api.send<EdgeAppVersion>('POST', resourcePath(), object);
  expect(created.status).toBe(201);
  const patched = await mergePatch(name, { status }, '/status');
  expect(patched.status).toBe(200);
  return patched.body;
}

function mergePatch(name: string, patch: object, subresource = '') {
  const path = resourcePath(`/${name}${subresource}`);
  return running().api.send<EdgeAppVersion & Status>('PATCH', path, patch, 'application/merge-patch+json');
}

function replace(object: EdgeAppVersion, at: string, value: unknown) {
  const path = resourcePath(`/${object.metadata.name}`);
  return running().api.send<EdgeAppVersion & Status>('PUT', path, changeAt(object, at, value));
}

const frozen: { field: string; at: string; value: unknown }[] = [
  { field: 'spec.appId', at: 'spec.appId', value: 'app-880688675783790002' },
  { field: 'spec.name', at: 'spec.name', value: 'shop-1.4.3' },
  { field: 'spec.name', at: 'spec.name', value: absent },
  { field: 'spec.remarks', at: 'spec.remarks', value: 'autumn release' },
  { field: 'spec.remarks', at: 'spec.remarks', value: absent },
  { field: 'spec.containers', at: 'spec.containers[0].image', value: 'other:1' },
  { field: 'spec.containers', at: 'spec.containers[0].storage', value: '10G' },
  { field: 'spec.containers', at: 'spec.containers[0].acrImageInfo', value: {} },
  { field: 'spec.containers', at: 'spec.containers[0].env[0].value', value: '2' },
  { field: 'spec.containers', at: 'spec.containers[0].env', value: absent },
  { field: 'spec.containers', at: 'spec.containers[0].args', value: ['b', 'a'] },
  { field: 'spec.containers', at: 'spec.containers[0].probe.tcpSocket.port', value: 81 },
  { field: 'spec.containers', at: 'spec.containers[0].probe.periodSeconds', value: 5 },
  { field: 'spec.containers', at: 'spec.containers', value: [container()] },
  { field: 'spec.containers', at: 'spec.containers', value: [...spec.containers].reverse() },
  { field: 'spec.containers', at: 'spec.containers[3]', value: container({ name: 'more' }) },
];

const editable: { at: string; value: unknown }[] = [
  { at: 'spec.deletionPolicy', value: 'Delete' },
  { at: 'spec.deletionPolicy', value: absent },
  { at: 'spec.adoptionPolicy', value: 'Never' },
  { at: 'spec.suspend', value: true },
  { at: 'metadata.annotations', value: { 'esa.alibabacloud.com/requested-at': 'now' } },
  { at: 'spec.containers[0].env', value: [...(spec.containers[0]?.env ?? [])].reverse() },
];

const begun: { when: string; status: object }[] = [
  { when: 'while an attempt is open', status: { attempt } },
  { when: 'once the VersionId is known', status: { versionId } },
  { when: 'with VersionId and a left-over attempt', status: { versionId, attempt } },
];

describe.each(begun)('$when', ({ status }) => {
  test.each(frozen)('$at may not become $value', async ({ field, at, value }) => {
    const answer = await replace(await store(status), at, value);
    expect(answer.status).toBe(422);
    const causes = causesOf(answer.body);
    expect(causes.map((cause) => cause.field)).toEqual([field]);
    expect(causes[0]?.message).toContain('is immutable');
  });

  test.each(editable)('$at may become $value', async ({ at, value }) => {
    const answer = await replace(await store(status), at, value);
    expect(answer.status).toBe(200);
  });

  test('a remarks or another spec.name may not be added', async () => {
    const object = await store(status, { name: undefined, remarks: undefined });
    for (const at of ['spec.name', 'spec.remarks']) {
      const answer = await replace(object, at, 'shop-1.4.3');
      expect(causesOf(answer.body).map((cause) => cause.field)).toEqual([at]);
    }
  });

  test('a server-side apply of the same manifest with env in another order changes nothing', async () => {
    const { metadata } = await store(status);
    const containers = spec.containers.map((one) => (one.env ? { ...one, env: one.env.toReversed() } : one));
    const answer = await running().controlPlane.kubectl(
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      {
        input: JSON.stringify(manifest({ metadata: { name: metadata.name }, spec: { ...spec, containers } })),
      },
    );
    expect(answer.stdout).toContain('serverside-applied');
  });
});

const refused = { attempts: 1, fingerprint: 'v1:ab12' };

describe('after an attempt that created nothing', () => {
  const { locked = [], open = [] } = Object.groupBy(frozen, ({ field }) =>
    field === 'spec.appId' || field === 'spec.name' ? 'locked' : 'open',
  );

  test.each(locked)('$at may still not become $value', async ({ field, at, value }) => {
    const answer = await replace(await store(refused), at, value);
    expect(answer.status).toBe(422);
    const causes = causesOf(answer.body);
    expect(causes.map((cause) => cause.field)).toEqual([field]);
    expect(causes[0]?.message).toMatch(/is immutable .* needs another EdgeAppVersion/);
  });

  test.each([...open, ...editable])('$at may become $value', async ({ at, value }) => {
    expect((await replace(await store(refused), at, value)).status).toBe(200);
  });
});

test.each([
  { when: 'after an attempt', status: refused },
  { when: 'once the VersionId is known', status: { versionId } },
])('$when spec.name may be written out as metadata.name, and left out again', async ({ status }) => {
  const object = await store(status, { name: undefined });
  const written = await replace(object, 'spec.name', object.metadata.name);
  expect(written.status).toBe(200);
  expect((await replace(written.body, 'spec.name', absent)).status).toBe(200);
});

describe('before the first attempt', () => {
  const status = {};

  test.each([...frozen, ...editable])('$at may become $value', async ({ at, value }) => {
    const answer = await replace(await store(status), at, value);
    expect(answer.status).toBe(200);
  });

  test('spec.name may not be removed where metadata.name is too short to stand in', async () => {
    const name = `o${count}`;
    await running().api.send('POST', resourcePath(), manifest({ metadata: { name }, spec }));
    const answer = await mergePatch(name, { spec: { name: null } });
    expect(causesOf(answer.body).map((cause) => cause.field)).toEqual(['spec.name']);
  });
});

test('the rules are cheap enough for the largest object that etcd takes', async () => {
  const parts = Array(64).fill('x'.repeat(400));
  const env = Array.from({ length: 64 }, (_, index) => ({ name: `N${index}`, value: 'x'.repeat(400) }));
  const containers = Array.from({ length: 20 }, (_, index) =>
    container({ name: `c${index}`, args: parts, env, probe: { exec: { command: ['check'] } } }),
  );
  const object = await store({ versionId, attempt }, { containers });
  expect(JSON.stringify(object).length).toBeGreaterThan(1_000_000);
  const reordered = containers.map((one) => ({ ...one, env: env.toReversed() }));
  expect(await replace(object, 'spec.containers', reordered)).toMatchObject({ status: 200 });
  const answer = await mergePatch(object.metadata.name, { spec: { containers: containers.slice(1) } });
  expect(causesOf(answer.body).map((cause) => cause.field)).toEqual(['spec.containers']);
});

describe('A VersionId that is set', () => {
  const json = 'application/json-patch+json';
  const merge = 'application/merge-patch+json';
  const path = '/status/versionId';

  test.each([
    { how: 'another one', contentType: merge, body: { status: { versionId: 'ver-1' } } },
    { how: 'an empty one', contentType: merge, body: { status: { versionId: '' } } },
    { how: 'null', contentType: merge, body: { status: { versionId: null } } },
    { how: 'status null', contentType: merge, body: { status: null } },
    { how: 'another one', contentType: json, body: [{ op: 'replace', path, value: 'ver-1' }] },
    { how: 'its removal', contentType: json, body: [{ op: 'remove', path }] },
    { how: 'null', contentType: json, body: [{ op: 'replace', path, value: null }] },
    { how: 'the removal of status', contentType: json, body: [{ op: 'remove', path: '/status' }] },
    { how: 'status null', contentType: json, body: [{ op: 'replace', path: '/status', value: null }] },
    { how: 'an empty status', contentType: json, body: [{ op: 'replace', path: '/status', value: {} }] },
    {
      how: 'a fresh status',
      contentType: json,
      body: [{ op: 'replace', path: '/status', value: { observedGeneration: -1 } }],
    },
  ])('withstands a $contentType with $how', async ({ body, contentType }) => {
    const { metadata } = await store({ versionId });
    const path = resourcePath(`/${metadata.name}/status`);
    expect(await running().api.send('PATCH', path, body, contentType)).toMatchObject({ status: 422 });
    expect(await read(metadata.name)).toMatchObject({ status: { versionId } });
  });

  test.each([
    { how: 'another one', status: { observedGeneration: 1, versionId: 'ver-1' } },
    { how: 'none', status: { observedGeneration: 1 } },
    { how: 'an empty status', status: {} },
    { how: 'status null', status: null },
    { how: 'no status', status: undefined },
  ])('withstands a PUT with $how', async ({ status }) => {
    const object = await store({ versionId });
    const path = resourcePath(`/${object.metadata.name}/status`);
    expect(await running().api.send('PUT', path, { ...object, status })).toMatchObject({ status: 422 });
    expect(await read(object.metadata.name)).toMatchObject({ status: { versionId } });
  });

  test.each([
    { how: 'without it', status: { observedGeneration: 1 } },
    { how: 'without status', status: undefined },
    { how: 'with another one', status: { observedGeneration: 1, versionId: 'ver-1' } },
  ])('withstands a server-side apply by its own manager $how', async ({ status }) => {
    const { metadata } = await store();
    const apply = (applied: object | undefined) =>
      running().api.send(
        'PATCH',
        resourcePath(`/${metadata.name}/status?fieldManager=edgeapp&force=true`),
        { ...manifest({ metadata: { name: metadata.name } }), spec: undefined, status: applied },
        'application/apply-patch+yaml',
      );
    expect(await apply({ observedGeneration: 1, versionId })).toMatchObject({ status: 200 });
    expect(await apply(status)).toMatchObject({ status: 422 });
    expect(await read(metadata.name)).toMatchObject({ status: { versionId } });
  });

  test.each([
    { how: 'a PUT without status', status: undefined },
    { how: 'a PUT with another one', status: { observedGeneration: 1, versionId: 'ver-1' } },
  ])('is not touched by $how of the object itself', async ({ status }) => {
    const object = await store({ versionId });
    const path = resourcePath(`/${object.metadata.name}`);
    expect(await running().api.send('PUT', path, { ...object, status })).toMatchObject({ status: 200 });
    expect(await read(object.metadata.name)).toMatchObject({ status: { versionId } });
  });

  test('lets every other part of the status change', async () => {
    const { metadata } = await store({ versionId, attempt, requestId: 'a' });
    const answer = await mergePatch(
      metadata.name,
      { status: { attempt: null, requestId: 'b', versionStatus: 'created' } },
      '/status',
    );
    expect(answer.body).toMatchObject({ status: { versionId, requestId: 'b' } });
    expect(answer.body.status).not.toHaveProperty('attempt');
  });
});

async function read(name: string): Promise<EdgeAppVersion> {
  return (await running().api.send<EdgeAppVersion>('GET', resourcePath(`/${name}`))).body;
}
