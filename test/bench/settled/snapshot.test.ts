/** Objects at rest on a real control plane. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkSettled } from '../../../bench/settled/check-settled.ts';
import { settledSnapshot } from '../../../bench/settled/snapshot.ts';
import { findBinary } from '../../control-plane/binaries.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';

const count = 150;
const told: string[] = [];
let cache: string;
let snapshot: string;
let controlPlane: ControlPlane;

beforeAll(async () => {
  const programs = dirname(await findBinary('etcd'));
  cache = await mkdtemp(join(tmpdir(), 'edgeapp-snapshot-'));
  vi.stubEnv('KUBEBUILDER_ASSETS', programs);
  vi.stubEnv('XDG_CACHE_HOME', cache);
  snapshot = await settledSnapshot(count, (line) => told.push(line));
  controlPlane = await startControlPlane({ etcdData: snapshot });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await controlPlane?.stop();
  await rm(cache, { recursive: true, force: true });
});

describe('a control plane that starts from the snapshot', () => {
  test('serves the objects at rest', async () => {
    await checkSettled(controlPlane, count);
  });

  test('is found out where it has not as many as it should', async () => {
    await expect(checkSettled(controlPlane, count + 1)).rejects.toThrow('150 objects at rest instead of 151');
  });

  test('lets them be written like any other', async () => {
    const patch = ['--type=merge', '--patch={"metadata":{"annotations":{"a":"b"}}}'];
    const { stdout } = await controlPlane.kubectl([
      'patch',
      'eav',
      'settled-000007',
      '--namespace=settled',
      ...patch,
    ]);
    expect(stdout).toContain('patched');
  });
});

test('the snapshot is made once', async () => {
  expect(told).toHaveLength(1);
  expect(await settledSnapshot(count, (line) => told.push(line))).toBe(snapshot);
  expect(told).toHaveLength(1);
});
