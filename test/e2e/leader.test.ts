import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { manifest } from '../support/manifests.ts';
import { createOperator, type Installation, install } from './installation.ts';
import type { OperatorPod } from './operator-pod.ts';

const names = Array.from({ length: 60 }, (_, index) => `pause-${index + 100}`);
let shop: Installation;
let first: OperatorPod;
let second: OperatorPod;

beforeAll(async () => {
  shop = await install({ emulator: { latencyMs: 100 } });
  first = shop.operator;
  second = await createOperator(shop.controlPlane, shop.emulator);
  await untilLease('.spec.leaseTransitions', '0');
  await second.start();
});
afterAll(async () => {
  await second?.[Symbol.asyncDispose]();
  await shop?.[Symbol.asyncDispose]();
});

describe('two replicas', () => {
  test('are both ready, and one of them works', async () => {
    await applyAndWait('one-1-0-0');
    const logs = await Promise.all([first, second].map(({ logFile }) => readFile(logFile, 'utf8')));
    expect(logs.map((log) => log.includes('Starting workers'))).toEqual([true, false]);
    expect(logs[1]).toContain('New leader elected');
  });

  test('take over from each other when one ends in order', async () => {
    expect(await first.stop()).toMatchObject({ exitCode: 0, signal: null });
    await applyAndWait('two-1-0-0');
    expect(await lease('.spec.leaseTransitions')).toBe('1');
    await first.start();
  });

  test('make one version of each object when the leader is paused, replaced and wakes up again', async () => {
    const applied = shop.apply(...names.map((name) => manifest({ metadata: { name } })));
    await shop.emulator.waitForCall(() => shop.creates().length >= 20);
    const { pid } = second;
    if (pid === undefined) expect.unreachable('the leader should run');
    process.kill(pid, 'SIGSTOP');
    await untilLease('.spec.leaseTransitions', '2');
    process.kill(pid, 'SIGCONT');
    await applied;
    await eventually(() => expect(second.pid).toBeUndefined());
    expect(await second.stop()).toMatchObject({ exitCode: 1 });
    const log = await readFile(second.logFile, 'utf8');
    expect(log).toContain('"msg":"Lost the lease"');
    expect(log).toContain('error: the lease was lost');
    await shop.waitForReady(names.length + 2);
    const created = shop.creates().map(({ parameters }) => parameters.Name);
    expect(created.sort()).toEqual(['one-1-0-0', ...names, 'two-1-0-0']);
    expect(shop.emulator.versions()).toHaveLength(names.length + 2);
  });
});

async function applyAndWait(name: string): Promise<void> {
  await shop.apply(manifest({ metadata: { name } }));
  await shop.waitFor('condition=Ready', name);
  expect(shop.creates(name)).toHaveLength(1);
}

const leaseArgs = ['lease', 'edgeapp-operator', '--namespace=edgeapp-system'];

async function lease(path: string): Promise<string> {
  const args = ['get', ...leaseArgs, '-o', `jsonpath={${path}}`];
  return (await shop.controlPlane.kubectl(args)).stdout;
}

async function untilLease(path: string, value: string): Promise<void> {
  await vi.waitFor(async () => expect(await lease(path)).toBe(value), { timeout: 60_000, interval: 500 });
}
