import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { installCrd } from '../control-plane/install-crd.ts';
import { appId, rawCreate } from '../emulator/raw-call.ts';
import { manifest } from '../support/manifests.ts';
import { collectEvidence } from './evidence.ts';

const prefix = '/registry/esa.alibabacloud.com/edgeappversions/';
let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  await installCrd(controlPlane);
});
afterAll(() => controlPlane?.stop());

describe('the evidence', () => {
  test('holds the objects of the API server, the versions and the calls of the cloud, and is plain data', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    const { body } = await rawCreate(emulator, {});
    const input = JSON.stringify(manifest({ metadata: { name: 'shop-1-4-2' } }));
    await controlPlane.kubectl(['apply', '-f', '-'], { input });
    const { etcdUrl } = controlPlane;
    const evidence = await collectEvidence({ etcdUrl, emulator, ownerId: 'one', settleDelayMs: 1 });
    const stored = JSON.parse(
      (await controlPlane.kubectl(['get', 'eav', 'shop-1-4-2', '-o', 'json'])).stdout,
    );
    expect(evidence).toMatchObject({ ownerId: 'one', settleDelayMs: 1, spacingMs: 10_000 });
    // The default status is added by each read; etcd has none until somebody writes it.
    const { status: _default, ...kept } = stored;
    expect(evidence.objects).toEqual([kept]);
    expect(evidence.versions).toMatchObject([{ versionId: body.VersionId }]);
    expect(evidence.calls).toMatchObject([{ requestId: body.RequestId }]);
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  });

  test('holds every object, however many pages etcd needs for them, and nothing beside', async () => {
    await using emulator = await startEmulator();
    const names = Array.from({ length: 1001 }, (_, index) => `page-${index + 1000}`);
    const objects = names.map((name) => ({ metadata: { name, managedFields: [{}] } }));
    await put([
      ...objects.map((object) => [`${prefix}a/${object.metadata.name}`, object] as const),
      [`${prefix.slice(0, -1)}-of-others/a`, {}],
      ['/registry/esa.alibabacloud.com/edgeapp/a', {}],
    ]);
    const { etcdUrl } = controlPlane;
    const evidence = await collectEvidence({ etcdUrl, emulator, ownerId: 'one' });
    const found = evidence.objects.map(({ metadata }) => metadata);
    expect(found.map(({ name }) => name)).toEqual([...names, 'shop-1-4-2']);
    expect(found[0]).toEqual({ name: 'page-1000', resourceVersion: expect.stringMatching(/^\d+$/) });
  });
});

/** Writes past kube-apiserver, in the transactions of 128 operations that etcd takes. */
async function put(entries: readonly (readonly [string, object])[]): Promise<void> {
  const toBase64 = (text: string) => Buffer.from(text).toString('base64');
  const operations = entries.map(([key, value]) => ({
    requestPut: { key: toBase64(key), value: toBase64(JSON.stringify(value)) },
  }));
  for (let from = 0; from < operations.length; from += 128) {
    const body = JSON.stringify({ success: operations.slice(from, from + 128) });
    const answer = await request(`${controlPlane.etcdUrl}/v3/kv/txn`, { method: 'POST', body });
    expect(answer.statusCode, await answer.body.text()).toBe(200);
  }
}
