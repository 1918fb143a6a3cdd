import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestedAtAnnotation } from '../../src/api/requested-at.ts';
import { finalizer } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { container, manifest } from '../support/manifests.ts';
import { brokenRules } from '../support/status-rules.ts';
import { type Installation, install } from './installation.ts';

let shop: Installation;

beforeAll(async () => {
  shop = await install({ controlPlane: { controllerManager: true } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

describe('an object with deletionPolicy Delete', () => {
  test('goes with its version', async () => {
    await applyReady('gone-1-0-0', { deletionPolicy: 'Delete' });
    expect((await shop.get('gone-1-0-0')).metadata.finalizers).toEqual([finalizer]);
    await shop.kubectl(['delete', 'edgeappversion', 'gone-1-0-0']);
    expect(inCloud('gone-1-0-0')).toBeUndefined();
  });

  test('stays while its version is published, says so, and goes once it is not', async () => {
    await applyReady('live-1-0-0', { deletionPolicy: 'Delete' });
    const { versionId = '' } = inCloud('live-1-0-0') ?? {};
    shop.emulator.changeVersion(versionId, { isPublished: true });
    await shop.kubectl(['delete', 'edgeappversion', 'live-1-0-0', '--wait=false']);
    await shop.waitFor('jsonpath={.status.error.code}=InUse', 'live-1-0-0');
    expect(brokenRules(await shop.get('live-1-0-0'))).toEqual([]);
    shop.emulator.changeVersion(versionId, { isPublished: false });
    await shop.kubectl(['annotate', 'edgeappversion', 'live-1-0-0', `${requestedAtAnnotation}=now`]);
    await shop.waitFor('delete', 'live-1-0-0');
    expect(inCloud('live-1-0-0')).toBeUndefined();
  });

  test('lets its namespace come to an end', async () => {
    const inBlog = (...args: string[]) => shop.controlPlane.kubectl(['--namespace=blog', ...args]);
    await shop.controlPlane.kubectl(['create', 'namespace', 'blog']);
    await inBlog('apply', '-f', 'deploy/samples/minimal.yaml');
    await inBlog('patch', 'eav', 'blog-1-0-0', '--type=merge', '-p', '{"spec":{"deletionPolicy":"Delete"}}');
    await inBlog('wait', 'eav', 'blog-1-0-0', '--for=condition=Ready', '--timeout=60s');
    await shop.controlPlane.kubectl(['delete', 'namespace', 'blog', '--timeout=90s']);
    expect(inCloud('blog-1-0-0')).toBeUndefined();
  });
});

test('an object with deletionPolicy Retain gets the same VersionId when it is applied again', async () => {
  await applyReady('kept-1-0-0');
  const { versionId } = (await shop.get('kept-1-0-0')).status ?? {};
  await shop.kubectl(['delete', 'edgeappversion', 'kept-1-0-0']);
  expect(inCloud('kept-1-0-0')).toMatchObject({ versionId });
  await applyReady('kept-1-0-0');
  expect((await shop.get('kept-1-0-0')).status).toMatchObject({ versionId, origin: 'Created' });
  expect(shop.creates('kept-1-0-0')).toHaveLength(1);
});

test('variables in another order cause no cloud call and change no condition', async () => {
  const env = ['MODE', 'LOG_LEVEL'].map((name) => ({ name, value: 'x' }));
  const containers = ['web', 'cache'].map((name) => container({ name, env }));
  await applyReady('order-1-0-0', { containers });
  const before = await shop.get('order-1-0-0');
  shop.emulator.clearCalls();
  const reordered = containers.map((each) => ({ ...each, env: env.toReversed() }));
  await shop.apply(manifest({ metadata: { name: 'order-1-0-0' }, spec: { containers: reordered } }));
  const { generation } = (await shop.get('order-1-0-0')).metadata;
  expect(generation).toBe(before.metadata.generation + 1);
  await shop.waitFor(`jsonpath={.status.observedGeneration}=${generation}`, 'order-1-0-0');
  const after = await shop.get('order-1-0-0');
  expect(after.spec.containers[0]?.env?.map(({ name }) => name)).toEqual(['LOG_LEVEL', 'MODE']);
  expect(after.status).toEqual(withGeneration(before.status, generation));
  expect(shop.emulator.calls()).toEqual([]);
});

test('a version that ESA fails to build is Stalled for good', async () => {
  const image = 'registry.example.com/build-fails:1';
  await shop.apply(manifest({ metadata: { name: 'failed' }, spec: { containers: [container({ image })] } }));
  await shop.waitFor('condition=Stalled', 'failed');
  const failed = await shop.get('failed');
  expect(brokenRules(failed)).toEqual([]);
  expect(failed.status).toMatchObject({ versionStatus: 'failed', error: { code: 'BuildFailed' } });
});

async function applyReady(name: string, spec: object = {}): Promise<void> {
  await shop.apply(manifest({ metadata: { name }, spec }));
  await shop.waitFor('condition=Ready', name);
  expect(brokenRules(await shop.get(name))).toEqual([]);
}

const inCloud = (name: string) => shop.emulator.versions().find((version) => version.name === name);

/** The same status, told of another generation of the spec. */
function withGeneration(status: object | undefined, generation: number): unknown {
  return JSON.parse(JSON.stringify(status), (key, value) =>
    key === 'observedGeneration' ? generation : value,
  );
}
