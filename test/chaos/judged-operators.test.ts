/** That a good operator is found good, whatever happens to it, and a bad one bad: one promise is broken at a time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeAppVersionSpec } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { manifest } from '../support/manifests.ts';
import { collectEvidence } from './evidence.ts';
import { judge } from './judge.ts';
import { untilQuiet } from './quiescence.ts';
import type { Sabotage } from './sabotages.ts';
import { apps, namespaces } from './users.ts';
import { ownerId, startWorld, type World } from './world.ts';

const create = 'CreateEdgeContainerAppVersion';
const [namespace] = namespaces;
let world: World;

beforeAll(async () => {
  world = await startWorld({ latencyMs: 10 });
});
afterAll(() => world?.[Symbol.asyncDispose]());

test('when the leader is killed between create and record, the other replica takes over and keeps every promise', async () => {
  await using operators = await world.startReplicas(2);
  const first = await world.lease.anotherThan(undefined, AbortSignal.timeout(60_000));
  const order = { signal: 'SIGKILL', step: 'record', moment: 'before', nth: 1 } as const;
  const obeyed = world.orders.give(order, AbortSignal.timeout(60_000));
  await apply('killed-1-0-0');
  expect((await obeyed)?.identity).toBe(first);
  await rest();
  expect(await world.lease.holder()).not.toBe(first);
  expect(world.emulator.versions().map(({ name }) => name)).toEqual(['killed-1-0-0']);
  expect(posts('killed-1-0-0')).toHaveLength(1);
  expect(await verdict()).toEqual([]);
  await operators.stop();
});

describe('the judge', () => {
  test('sees a create that is sent twice', async () => {
    await using _ = await sabotaged('double-post');
    world.emulator.setSwitches({ duplicateNames: 'allowed' });
    await apply('double-1-0-0');
    await rest();
    world.emulator.setSwitches({ duplicateNames: 'refused' });
    const [, second] = posts('double-1-0-0');
    expect(await verdict()).toContain(
      `duplicates: ${second?.outcome.versionId} is one more double-1-0-0 of ${namespace}/double-1-0-0`,
    );
  });

  test('sees a create without a claim, which is sent again while the first one may still take effect', async () => {
    await using _ = await sabotaged('unwritten-claim');
    world.emulator.setFault({ action: create, delayBeforeCommitMs: 8_000 });
    await apply('unclaimed-1-0-0');
    await rest();
    expect(await verdict()).toContainEqual(
      expect.stringMatching(`^tooManyPosts: \\d+ of ${namespace}/unclaimed-1-0-0, `),
    );
  });

  test('sees that a version is deleted which no object owns', async () => {
    await using _ = await sabotaged('delete-anothers');
    await world.console.create(manifest({ metadata: { name: 'foreign-1-0-0' }, spec: { appId: apps[0] } }));
    const foreign = world.emulator.versions().find(({ name }) => name === 'foreign-1-0-0');
    await apply('deleted-1-0-0', { deletionPolicy: 'Delete' });
    await rest();
    await world.client.remove({ namespace, name: 'deleted-1-0-0' });
    await rest();
    expect(await verdict()).toContain(`foreignTouched: a delete of ${foreign?.versionId} was sent`);
  });
});

/** One replica that does wrong, once the one before has ended. */
function sabotaged(sabotage: Sabotage) {
  return world.startReplicas(1, sabotage);
}

async function apply(name: string, spec: Partial<EdgeAppVersionSpec> = {}): Promise<void> {
  const metadata = { namespace, name };
  await world.client.create({ ...manifest({ spec: { appId: apps[0], ...spec } }), metadata });
}

async function rest(): Promise<void> {
  const signal = AbortSignal.timeout(150_000);
  expect(await untilQuiet({ ...world, told: Promise.resolve(), signal })).toEqual([]);
}

async function verdict(): Promise<readonly string[]> {
  const { controlPlane, emulator } = world;
  return judge(await collectEvidence({ ownerId, etcdUrl: controlPlane.etcdUrl, emulator }));
}

function posts(name: string) {
  return world.emulator
    .calls()
    .filter(({ action, parameters }) => action === create && parameters.Name === name);
}
