/** A kind beside the operator's own, against real parts: a folder, a CRD file and a line in a list. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultAccessKey, type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { EdgeappProcess } from '../cli/edgeapp-process.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { installCrd } from '../control-plane/install-crd.ts';
import { manifest } from '../support/manifests.ts';
import { testApp as appId } from '../support/memory-esa.ts';

const parts = new AsyncDisposableStack();
let controlPlane: ControlPlane;
let emulator: Emulator;
let operator: EdgeappProcess;

beforeAll(async () => {
  controlPlane = parts.use(await startControlPlane());
  emulator = parts.use(await startEmulator({ apps: [appId] }));
  await installCrd(controlPlane);
  await installCrd(controlPlane, join(import.meta.dirname, 'edgeappfollowers.yaml'));
  operator = start();
});
afterAll(async () => {
  await operator?.stop();
  await parts.disposeAsync();
});

test('an object is woken by the one that it refers to, and created then', async () => {
  await apply(follower('follower-1', 'leader-1'));
  await waitFor('follower-1', 'jsonpath={.status.conditions[0].reason}=Progressing');
  expect(creates('follower-1')).toBe(0);
  await apply(manifest({ metadata: { name: 'leader-1' }, spec: { appId } }));
  await waitFor('follower-1', 'condition=Ready');
  expect(creates('follower-1')).toBe(1);
});

test('an object is created once though the operator is killed while the cloud has its create', async () => {
  const where = { Name: 'follower-2' };
  const held = emulator.setFault({ action, where, hold: 'before-commit' });
  await apply(follower('follower-2', 'leader-1'));
  await emulator.waitForCall((call) => call.action === action && call.parameters.Name === where.Name);
  await operator.stop('SIGKILL');
  operator = start();
  await operator.printed(/"msg":"Starting workers"/);
  emulator.releaseFault(held.id);
  await waitFor('follower-2', 'condition=Ready');
  expect(creates('follower-2')).toBe(1);
  expect(emulator.versions().filter(({ name }) => name === where.Name)).toHaveLength(1);
});

const action = 'CreateEdgeContainerAppVersion';

function creates(name: string): number {
  return emulator.calls().filter((call) => call.action === action && call.parameters.Name === name).length;
}

function follower(name: string, follows: string) {
  const spec = { appId, follows, image: 'registry.example.com/shop/web:1.4.2' };
  return { apiVersion: 'esa.alibabacloud.com/v1alpha1', kind: 'EdgeAppFollower', metadata: { name }, spec };
}

async function apply(object: object): Promise<void> {
  await controlPlane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
}

async function waitFor(name: string, condition: string): Promise<void> {
  await controlPlane.kubectl(['wait', `--for=${condition}`, '--timeout=240s', `edgeappfollower/${name}`]);
}

function start(): EdgeappProcess {
  return new EdgeappProcess({
    args: [],
    file: join(import.meta.dirname, 'operator-entry.ts'),
    env: {
      KUBECONFIG: controlPlane.adminKubeconfig,
      ALIBABA_CLOUD_ACCESS_KEY_ID: defaultAccessKey.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: defaultAccessKey.secret,
      EDGEAPP_ESA_ENDPOINT: emulator.url,
      EDGEAPP_OWNER_ID: 'follower',
      EDGEAPP_LEADER_ELECT: 'false',
      EDGEAPP_HEALTH_BIND_ADDRESS: '127.0.0.1:0',
    },
  });
}
