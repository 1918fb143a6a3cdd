import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallRecord } from '../../src/emulator/emulator.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { installCrd } from '../control-plane/install-crd.ts';
import { eventually } from '../support/eventually.ts';
import { manifest } from '../support/manifests.ts';
import { type Installation, install } from './installation.ts';

const names = Array.from({ length: 100 }, (_, index) => `restart-${index + 100}`);
const manifests = names.map((name) => manifest({ metadata: { name } }));
let shop: Installation;

beforeAll(async () => {
  shop = await install({ emulator: { latencyMs: 100 } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

describe('an operator that is stopped and started again', () => {
  test('ends in order in the middle of a burst, leaves no outcome open, and goes on without a second create', async () => {
    const applied = shop.apply(...manifests);
    await shop.emulator.waitForCall(() => shop.creates().length >= 30);
    expect(await shop.operator.stop()).toMatchObject({ exitCode: 0, signal: null });
    const open = (await list()).filter(({ status }) => status?.attempt);
    expect(open).toEqual([]);
    await applied;
    await shop.operator.start();
    await shop.waitForReady(names.length);
    expect(
      shop
        .creates()
        .map(({ parameters }) => parameters.Name)
        .sort(),
    ).toEqual(names);
  });

  test('asks the cloud nothing about objects that are settled, and does not write to them', async () => {
    const settled = await list();
    await shop.operator.stop();
    shop.emulator.clearCalls();
    // The last of those that a restarted operator goes through.
    const last = 'zz-last';
    await shop.apply(manifest({ metadata: { name: last } }));
    await shop.operator.start();
    await shop.waitFor('condition=Ready', last);
    const id = (await shop.get(last)).status?.versionId;
    const isAboutLast = ({ parameters }: CallRecord) =>
      [parameters.SearchKey, parameters.Name, parameters.VersionId].some(
        (value) => value === last || value === id,
      );
    expect(shop.emulator.calls().filter((call) => !isAboutLast(call))).toEqual([]);
    expect((await list()).filter(({ metadata }) => metadata.name !== last)).toEqual(settled);
  });

  test('looks up every VersionId before it believes it, where the Lease says that the API server went back', async () => {
    const before = await list();
    const [gone] = before;
    if (!gone?.status?.versionId) expect.unreachable('all objects are Ready');
    await shop.operator.stop();
    shop.emulator.deleteVersion(gone.status.versionId);
    shop.emulator.clearCalls();
    const annotation = 'esa.alibabacloud.com/verify-versions';
    const lease = ['--namespace=edgeapp-system', 'lease', 'edgeapp-operator'];
    await shop.controlPlane.kubectl(['annotate', ...lease, `${annotation}=true`]);
    await shop.operator.start();
    await shop.waitFor('condition=Stalled', gone.metadata.name);
    const { status } = await shop.get(gone.metadata.name);
    expect(status?.conditions?.[0]).toMatchObject({ reason: 'VersionMissing' });
    await eventually(async () =>
      expect((await shop.controlPlane.kubectl(['get', ...lease, '-o', 'yaml'])).stdout).not.toContain(
        annotation,
      ),
    );
    expect((await list()).slice(1)).toEqual(before.slice(1));
    // One listing tells of all of them; a few lookups are for the one that it lacks.
    expect(shop.emulator.calls().length).toBeLessThan(30);
    await shop.kubectl(['delete', 'edgeappversion', gone.metadata.name]);
    await shop.apply(manifest({ metadata: { name: gone.metadata.name } }));
    await shop.waitFor('condition=Ready', gone.metadata.name);
  });

  test('waits for a missing CRD, says so, and rebuilds the same VersionIds without a create', async () => {
    const before = await versionIds();
    await shop.operator.stop();
    await shop.controlPlane.kubectl(['delete', 'crd', 'edgeappversions.esa.alibabacloud.com']);
    shop.emulator.clearCalls();
    const started = shop.operator.start();
    await eventually(async () =>
      expect(await readFile(shop.operator.logFile, 'utf8')).toContain(
        'Resource not served, waiting for its CRD',
      ),
    );
    await installCrd(shop.controlPlane);
    await started;
    await shop.apply(...manifests, manifest({ metadata: { name: 'zz-last' } }));
    await shop.waitForReady(before.length);
    expect(await versionIds()).toEqual(before);
    expect(shop.creates()).toEqual([]);
  });
});

async function list(): Promise<readonly EdgeAppVersion[]> {
  return JSON.parse((await shop.kubectl(['get', 'edgeappversions', '-o', 'json'])).stdout).items;
}

async function versionIds() {
  return (await list()).map(({ metadata, status }) => [metadata.name, status?.versionId]);
}
