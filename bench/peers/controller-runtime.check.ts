/**
 * Checks the peer on controller-runtime against a real control plane and the emulator: that it is correct, and that it
 * makes the requests it is said to make. Run by hand: `node bench/peers/controller-runtime.check.ts [objects]`.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { request } from 'undici';
import { defaultAccessKey, type Emulator, type Fault, startEmulator } from '../../src/emulator/emulator.ts';
import { startControlPlane } from '../../test/control-plane/control-plane.ts';
import { findFreePort } from '../../test/control-plane/free-port.ts';
import { installCrd } from '../../test/control-plane/install-crd.ts';
import { Program } from '../../test/control-plane/program.ts';
import { SupervisedFolder } from '../../test/control-plane/supervised-folder.ts';
import { countChanges } from '../../test/e2e/api-server-requests.ts';
import { untilReady } from '../../test/e2e/ready-objects.ts';
import { manifest } from '../../test/support/manifests.ts';
import { readCpuMs } from '../measure/process-usage.ts';
import { buildPeer } from './build-peer.ts';

interface World {
  readonly emulator: Emulator;
  readonly peer: Program;
  readonly namespace: string;
  readonly appId: string;
}

const create = 'CreateEdgeContainerAppVersion';
const readyLimitMs = 300_000;
const size = Number(process.argv[2] ?? 200);

const program = await buildPeer();
await using controlPlane = await startControlPlane();
await installCrd(controlPlane);
// Each has an app of its own, since two objects may not stand for one version.
await check({ namespace: 'three', appId: 'app-880688675783790003' }, [], 3);
await check({ namespace: 'two', appId: 'app-880688675783790002' }, ['--fold-writes'], 2);

async function check(
  { namespace, appId }: Pick<World, 'namespace' | 'appId'>,
  flags: readonly string[],
  writes: number,
): Promise<void> {
  await using emulator = await startEmulator({ autoCreateApps: true });
  await using folder = await SupervisedFolder.create(join('/tmp', 'edgeapp-peer-'));
  const peer = await toProgram(folder, emulator, flags);
  const world = { emulator, peer, namespace, appId };
  await controlPlane.kubectl(['create', 'namespace', namespace]);
  await peer.start();
  await checkBurst(world, writes);
  await checkRestart(world, writes);
  await checkFault(world, 'throttled', { answer: { kind: 'error', code: 'Throttling.User' } }, 2);
  await checkFault(world, 'dropped', { commit: true, answer: { kind: 'drop' } }, 1);
  await checkKill(world);
  await peer.stop();
}

async function toProgram(
  folder: SupervisedFolder,
  emulator: Emulator,
  flags: readonly string[],
): Promise<Program> {
  const address = `127.0.0.1:${await findFreePort()}`;
  const own = [`--esa-endpoint=${emulator.url}`, '--owner-id=check', `--health-bind-address=${address}`];
  return new Program(folder, {
    name: 'peer',
    command: program,
    args: [...own, ...flags],
    env: {
      KUBECONFIG: controlPlane.adminKubeconfig,
      ALIBABA_CLOUD_ACCESS_KEY_ID: defaultAccessKey.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: defaultAccessKey.secret,
    },
    isReady: async (signal) => {
      const { statusCode, body } = await request(`http://${address}/readyz`, { signal });
      await body.dump();
      return statusCode === 200;
    },
  });
}

async function checkBurst(world: World, writes: number): Promise<void> {
  const { emulator, peer, namespace } = world;
  const names = Array.from({ length: size }, (_, index) => `burst-${String(index).padStart(6, '0')}`);
  const [changes, cpuMs] = [await countChanges(controlPlane), await readCpuMs(peer.pid ?? 0)];
  await apply(world, names);
  await untilReadyIn(world, size);
  const cpuPerObject = ((await readCpuMs(peer.pid ?? 0)) - cpuMs) / size;
  assert.deepEqual(actionsFor(emulator), { List: size, Create: size, Get: size });
  assert.equal(new Set(emulator.versions().map(({ name }) => name)).size, size);
  assert.equal((await countChanges(controlPlane)) - changes, writes * size);
  console.log(
    `${namespace}: ${size} objects, ${writes} writes each, ${cpuPerObject.toFixed(2)} ms of CPU each`,
  );
}

/** One more object says when the peer has come past those at rest. */
async function checkRestart(world: World, writes: number): Promise<void> {
  const { emulator, peer, namespace } = world;
  await peer.stop();
  assert.equal(peer.lastExit?.exitCode, 0);
  emulator.clearCalls();
  const changes = await countChanges(controlPlane);
  await peer.start();
  await apply(world, ['after-restart']);
  await untilReadyIn(world, size + 1);
  assert.deepEqual(actionsFor(emulator), { List: 1, Create: 1, Get: 1 });
  assert.equal((await countChanges(controlPlane)) - changes, writes);
  console.log(`${namespace}: objects at rest cost no call and no write at a restart`);
}

async function checkFault(world: World, name: string, fault: Partial<Fault>, creates: number): Promise<void> {
  const { emulator, namespace } = world;
  emulator.clearCalls();
  emulator.setFault({ action: create, ...fault });
  await apply(world, [name]);
  await waitForReady(world, name);
  assert.deepEqual(emulator.unusedFaults(), []);
  checkCalls(emulator, name, creates);
  console.log(`${namespace}: ${name}: ${creates} of the create call, each after a look`);
}

/** The process ends while its create is carried out; the next one waits for the lease, and looks. */
async function checkKill(world: World): Promise<void> {
  const { emulator, peer, namespace } = world;
  emulator.clearCalls();
  emulator.setFault({ action: create, commit: true, answer: { kind: 'hang' } });
  await apply(world, ['killed']);
  await emulator.waitForCall(({ action, outcome }) => action === create && outcome.committed);
  await peer.stop('SIGKILL');
  await peer.start();
  await waitForReady(world, 'killed');
  checkCalls(emulator, 'killed', 1);
  console.log(`${namespace}: killed in the middle of a create: found again`);
}

function checkCalls(emulator: Emulator, name: string, creates: number): void {
  const actions = emulator.calls().map(({ action }) => action);
  assert.equal(actions.filter((action) => action === create).length, creates);
  for (const [index, action] of actions.entries()) {
    if (action === create) assert.equal(actions[index - 1], 'ListEdgeContainerAppVersions');
  }
  assert.equal(emulator.versions().filter((version) => version.name.startsWith(name)).length, 1);
}

function actionsFor(emulator: Emulator): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action } of emulator.calls()) {
    const [word = action] = action.split('EdgeContainer');
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

async function apply({ namespace, appId }: World, names: readonly string[]): Promise<void> {
  const items = names.map((name) => manifest({ metadata: { name }, spec: { appId } }));
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await controlPlane.kubectl(['apply', '--server-side', '-n', namespace, '-f', '-'], { input });
}

function untilReadyIn({ namespace }: World, count: number): Promise<void> {
  return untilReady(controlPlane, { namespace, count, signal: AbortSignal.timeout(readyLimitMs) });
}

async function waitForReady({ namespace }: World, name: string): Promise<void> {
  const object = `edgeappversion/${name}`;
  const limit = `--timeout=${readyLimitMs / 1000}s`;
  await controlPlane.kubectl(['wait', '-n', namespace, '--for=condition=Ready', limit, object]);
}
