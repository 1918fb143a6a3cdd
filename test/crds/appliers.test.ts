/** Field managers of one object: of today's CRD, and of objects that the CRD of the last release stored. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { group } from '../../src/api/group.ts';
import {
  type EdgeAppVersion,
  type EdgeAppVersionStatus,
  kind,
  plural,
  version,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
import { ServedSchema } from '../../src/kube/served-schema.ts';
import { createTransport } from '../../src/kube/transport.ts';
import { systemClock, systemRandom } from '../../src/operator/system-clock.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import { installCrd } from '../control-plane/install-crd.ts';
import { LogRecorder } from '../kube/log-recorder.ts';
import { resourcePath } from '../support/api-server.ts';
import { eventually } from '../support/eventually.ts';
import { container, manifest } from '../support/manifests.ts';
import { useCrdServer } from './crd-server.ts';

const running = useCrdServer(join(import.meta.dirname, 'crd-0.1.0.yaml'));

type Stored = EdgeAppVersion & { readonly metadata: { readonly managedFields: unknown } };

const named = (name: string, containers: readonly string[], overrides: object = {}) =>
  manifest({
    metadata: { name },
    spec: {
      containers: containers.map((one) => container({ name: one, env: [{ name: 'A', value: '1' }] })),
      ...overrides,
    },
  });

/** What `kubectl apply --server-side` answers, or its complaint. */
async function apply(manager: string, object: object, ...flags: string[]): Promise<string> {
  const args = ['apply', '--server-side', `--field-manager=${manager}`, ...flags, '-f', '-'];
  const { stdout, stderr } = await running().controlPlane.kubectl(args, {
    input: JSON.stringify(object),
    tolerate: true,
  });
  return stdout + stderr;
}

async function read(name: string): Promise<Stored> {
  return (await running().api.send<Stored>('GET', resourcePath(`/${name}`))).body;
}

const namesOf = ({ spec }: EdgeAppVersion): string[] => spec.containers.map(({ name }) => name);

const statusPath = (name: string) => resourcePath(`/${name}/status?fieldManager=edgeapp-operator`);

const condition = {
  type: 'Ready',
  status: 'Unknown',
  observedGeneration: 1,
  lastTransitionTime: '2026-11-24T08:00:00Z',
  reason: 'Progressing',
  message: '',
} as const;

const attemptOf = ({ metadata: { uid, name } }: EdgeAppVersion): Attempt => ({
  id: '6f1c7a52-7d0e-4f7a-9a54-0d3c6a1f2b10',
  uid,
  number: 1,
  name,
  fingerprint: 'v1:ab12',
  startedAt: '2026-11-24T08:00:00Z',
  unknownBefore: false,
});

/** As the operator claims: a PUT on the version that was read. */
async function claim(name: string, more: object = {}) {
  const { managedFields: _, ...metadata } = (await read(name)).metadata;
  const { apiVersion, kind, spec, status } = await read(name);
  const claimed = {
    ...status,
    observedGeneration: 1,
    attempt: attemptOf({ apiVersion, kind, metadata, spec }),
    conditions: [condition],
    ...more,
  };
  const body = { apiVersion, kind, metadata, status: claimed };
  return running().api.send<Stored>('PUT', statusPath(name), body);
}

/** As the operator records: a JSON patch on its attempt. */
async function record(name: string, status: EdgeAppVersionStatus) {
  const { id } = attemptOf(await read(name));
  const operations = [
    { op: 'test', path: '/status/attempt/id', value: id },
    { op: 'replace', path: '/status', value: status },
  ];
  return running().api.send<Stored>('PATCH', statusPath(name), operations, 'application/json-patch+json');
}

const versionId = 'ver-876293716316510001';
const error = {
  operation: 'CreateEdgeContainerAppVersion',
  code: 'NoPermission',
  message: 'm',
  cause: 'c',
  remedy: 'r',
  class: 'Configuration',
  attempts: 1,
  time: '2026-11-24T08:00:00Z',
  helpUrl: 'https://example.com/errors.md',
};

const states = [
  { state: 'new', status: undefined, isLocked: false },
  { state: 'refused', status: { error, attempt: undefined, attempts: 1 }, isLocked: false },
  { state: 'open', status: {}, isLocked: true },
  { state: 'settled', status: { versionId }, isLocked: true },
] as const;

/** Objects of the old CRD: by one applier, by two of the same content, and by two whose containers were merged. */
async function storeOld({ state, status }: (typeof states)[number]): Promise<void> {
  const storage = '0.5G';
  const shared = manifest({
    metadata: { name: `shared-${state}` },
    spec: { containers: [container({ storage })] },
  });
  await apply('a', named(`single-${state}`, ['web', 'cache']));
  await apply('a', shared);
  await apply('b', shared);
  await apply('a', named(`merged-${state}`, ['web', 'cache']));
  await apply('b', named(`merged-${state}`, ['app', 'cache']), '--force-conflicts');
  if (status === undefined) return;
  for (const how of ['single', 'shared', 'merged']) {
    expect(await claim(`${how}-${state}`, status)).toMatchObject({ status: 200 });
  }
}

let schema: ServedSchema;
let missingBefore: readonly string[] | undefined;

beforeAll(async () => {
  schema = openSchema();
  // The document about a kind comes some time after the kind is served.
  const isPublished = async () => {
    await schema.check();
    expect(schema.missing).not.toEqual([]);
  };
  await vi.waitFor(isPublished, { timeout: 60_000, interval: 200 });
  missingBefore = schema.missing;
  await Promise.all(states.map(storeOld));
  expect(namesOf(await read('merged-new'))).toEqual(['web', 'app', 'cache']);
  await installCrd(running().controlPlane);
  await eventually(async () => {
    const twice = named('twice-1', ['web', 'web']);
    const answer = await running().api.send<{ message: string }>('POST', resourcePath('?dryRun=All'), twice);
    expect(answer.body.message).toContain('must give each container a name of its own');
  });
});

function openSchema(): ServedSchema {
  const kubeConfig = loadKubeConfig({ file: running().controlPlane.adminKubeconfig, env: {} });
  const logger = new LogRecorder();
  const userAgent = 'test';
  const transport = createTransport(kubeConfig, {
    connections: 1,
    clock: systemClock,
    random: systemRandom,
    logger,
    userAgent,
  });
  const resource = { group, version, plural, kind };
  const needed = ['status.attempt.id', 'status.versionUid', 'status.error.attemptId'];
  onTestsFinished.push(() => transport.close());
  return new ServedSchema({ transport, resource, needed, logger });
}

const onTestsFinished: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(onTestsFinished.map((close) => close())));

test('the fields that the CRD of the last release lacks are known, and that its successor has them', async () => {
  expect(missingBefore).toEqual(['status.versionUid', 'status.error.attemptId']);
  await vi.waitFor(
    async () => {
      await schema.check();
      expect(schema.missing).toEqual([]);
    },
    { timeout: 60_000, interval: 200 },
  );
});

describe.each(states)('Of $state objects from before the upgrade', ({ state, isLocked }) => {
  test('the one that a single applier wrote is unchanged when it applies again', async () => {
    const before = await read(`single-${state}`);
    expect(await apply('a', named(`single-${state}`, ['web', 'cache']))).toContain('serverside-applied');
    expect((await read(`single-${state}`)).metadata.generation).toBe(before.metadata.generation);
  });

  test('the one of two appliers is applied again by either, without a conflict', async () => {
    const object = manifest({
      metadata: { name: `shared-${state}` },
      spec: { containers: [container({ storage: '0.5G' })] },
    });
    for (const manager of ['a', 'b']) expect(await apply(manager, object)).toContain('serverside-applied');
  });

  test('the one whose containers were merged can be put right until its create begins', async () => {
    const wanted = named(`merged-${state}`, ['app', 'cache']);
    expect(await apply('b', wanted)).toContain('conflict with "a": .spec.containers');
    const forced = await apply('b', wanted, '--force-conflicts');
    if (isLocked) expect(forced).toContain('spec.containers: Forbidden: must not change');
    else expect(namesOf(await read(`merged-${state}`))).toEqual(['app', 'cache']);
  });

  test.each(['single', 'shared', 'merged'])('a %s one is claimed and recorded', async (how) => {
    const name = `${how}-${state}`;
    expect(await claim(name)).toMatchObject({ status: 200, body: { status: { attempt: { number: 1 } } } });
    const recorded = { observedGeneration: 1, versionId, conditions: [condition] };
    expect(await record(name, recorded)).toMatchObject({ status: 200, body: { status: recorded } });
  });
});

test('a saved object that still has helpUrl is applied by kubectl', async () => {
  const saved = { ...named('saved-1', ['web']), status: { observedGeneration: 1, error } };
  expect(await apply('a', saved)).toContain('serverside-applied');
});

test('a second applier that renames a container and forces its way gets what it wrote and nothing else', async () => {
  await apply('a', named('fresh-1', ['web', 'cache'], { remarks: 'by a' }));
  const second = named('fresh-1', ['app', 'cache']);
  expect(await apply('b', second)).toContain('conflict with "a": .spec.containers');
  expect(await apply('b', second, '--force-conflicts')).toContain('serverside-applied');
  const { spec } = await read('fresh-1');
  expect(spec.containers).toEqual(second.spec.containers.map((one) => ({ ...one, storage: '0.5G' })));
  expect(spec.remarks).toBe('by a');
});
