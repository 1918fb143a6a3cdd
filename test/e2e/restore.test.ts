import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCondition } from '../../src/api/conditions.ts';
import type {
  EdgeAppVersion,
  EdgeAppVersionStatus,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { claimed, failing, recorded, suspended } from '../../src/kinds/edge-app-version/status/status.ts';
import { invalidSpec, nameReserved } from '../../src/kinds/edge-app-version/status/version-problems.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import type { Evidence } from '../chaos/evidence.ts';
import { changesSince, evidenceAtRest, versionIds } from '../chaos/evidence-at-rest.ts';
import { judge } from '../chaos/judge.ts';
import { filesIn } from '../control-plane/program-specs.ts';
import type { ProcessExit } from '../control-plane/supervised-folder.ts';
import { eventually } from '../support/eventually.ts';
import { manifest } from '../support/manifests.ts';
import { createOperator, type Installation, install } from './installation.ts';

let shop: Installation;

beforeAll(async () => {
  shop = await install({ emulator: { latencyMs: 100 }, controlPlane: { durable: true } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

describe('a backup of etcd that was made in the middle of a burst', () => {
  const names = Array.from({ length: 80 }, (_, index) => `burst-${index + 100}`);
  const manifests = names.map((name) => manifest({ metadata: { name } }));
  let before: Evidence;
  let restored: readonly EdgeAppVersion[];
  let after: Evidence;
  let ends: readonly (ProcessExit | undefined)[];
  let standbyLog: string;

  beforeAll(async () => {
    await shop.apply(...manifests);
    await shop.emulator.waitForCall(() => shop.creates().length >= 30);
    const folder = await backUp();
    before = await evidenceAtRest(shop);
    // The one that leads may lose its lease before the API server is back; the other one has none to lose.
    await using standby = await createOperator(shop.controlPlane, shop.emulator);
    await standby.start();
    const readLog = () => readFile(standby.logFile, 'utf8');
    await eventually(async () => expect(await readLog()).toContain('New leader elected'));
    await restore(folder);
    ends = await Promise.all([shop.operator.ended(), standby.ended()]);
    standbyLog = await readLog();
    restored = JSON.parse((await shop.kubectl(['get', 'edgeappversions', '-o', 'json'])).stdout).items;
    await shop.operator.start();
    await shop.apply(...manifests);
    after = await evidenceAtRest(shop);
  });

  test('holds objects with an id, with an open attempt, and with neither', () => {
    const kinds = restored.map(({ status }) => [Boolean(status?.versionId), Boolean(status?.attempt)].join());
    expect([...new Set(kinds)].sort()).toEqual(['false,false', 'false,true', 'true,false']);
  });

  test('ends every operator, whose cache is of what will never be', () => {
    expect(ends).toMatchObject([{ exitCode: 1 }, { exitCode: 1 }]);
    expect(standbyLog).toContain('went back to an earlier state');
  });

  test('comes to the same VersionIds, with no create and no delete', () => {
    expect(judge(before)).toEqual([]);
    expect(versionIds(after)).toEqual(versionIds(before));
    expect(changesSince(before, after)).toEqual([]);
    expect(judge(after)).toEqual([]);
  });
});

const etcdData = () => filesIn(shop.controlPlane.folder).etcdData;

/** A copy of etcd's data, as of now; the path of its folder. */
async function backUp(): Promise<string> {
  const folder = join(shop.controlPlane.folder, 'backup');
  await shop.controlPlane.stopEtcd('SIGKILL');
  await cp(etcdData(), folder, { recursive: true });
  await shop.controlPlane.startEtcd();
  return folder;
}

async function restore(folder: string): Promise<void> {
  await shop.controlPlane.stopApiServer('SIGKILL');
  await shop.controlPlane.stopEtcd('SIGKILL');
  await rm(etcdData(), { recursive: true });
  await cp(folder, etcdData(), { recursive: true });
  await shop.controlPlane.startEtcd();
  await shop.controlPlane.startApiServer();
}

/** What an old status said of an object whose version was made since; `former` is what it was at last. */
interface OldStatus {
  readonly title: string;
  readonly name: string;
  readonly status: (former: EdgeAppVersion) => Partial<EdgeAppVersionStatus> | undefined;
  /** Its version has gone from the cloud since. */
  readonly isGone?: boolean;
  readonly reason: string;
}

const past = Date.parse('2026-11-01T08:00:00Z');
const asOf = { wallMs: past, nextAttemptMs: past + 3_600_000 };
const claimOf = ({ metadata, status }: EdgeAppVersion): Attempt => ({
  id: '9b2c3c0e-0000-4000-8000-000000000000',
  uid: metadata.uid,
  number: 1,
  name: status?.versionName ?? '',
  fingerprint: status?.fingerprint ?? '',
  startedAt: '2026-11-01T08:00:00Z',
  unknownBefore: false,
});
const unmade = (former: EdgeAppVersion): EdgeAppVersion => ({
  ...former,
  status: { observedGeneration: -1 },
});
const building = (former: EdgeAppVersion) =>
  recorded(
    unmade(former),
    {
      versionId: former.status?.versionId ?? '',
      versionName: former.status?.versionName ?? '',
      versionStatus: 'creating',
      origin: 'Created',
      fingerprint: former.status?.fingerprint ?? '',
    },
    asOf,
  );
const refused = invalidSpec([{ path: 'spec.name', message: 'must be another' }]);

const oldStatuses: readonly OldStatus[] = [
  { title: 'nothing', name: 'nothing-1-0-0', status: () => undefined, reason: 'Created' },
  {
    title: 'that a create of the former object is on its way',
    name: 'claimed-1-0-0',
    status: (former) => claimed(unmade(former), claimOf(former), past),
    reason: 'Created',
  },
  {
    title: 'that a create is on its way, of which nothing is there',
    name: 'claimed-2-0-0',
    status: (former) => claimed(unmade(former), claimOf(former), past),
    isGone: true,
    reason: 'Created',
  },
  { title: 'that the build goes on', name: 'building-1-0-0', status: building, reason: 'Created' },
  { title: 'what is true', name: 'ready-1-0-0', status: ({ status }) => status, reason: 'Created' },
  {
    title: 'that the spec is refused',
    name: 'refused-1-0-0',
    status: (former) => failing(unmade(former), refused, asOf),
    reason: 'Created',
  },
  {
    title: 'that the name is reserved',
    name: 'reserved-1-0-0',
    status: (former) => failing(unmade(former), nameReserved(former.metadata.name, []), asOf),
    reason: 'Created',
  },
  {
    title: 'that it is suspended',
    name: 'suspended-1-0-0',
    status: (former) => suspended(unmade(former), past),
    reason: 'Created',
  },
  {
    title: 'the id of a version that is gone',
    name: 'missing-1-0-0',
    status: ({ status }) => status,
    isGone: true,
    reason: 'Conflict',
  },
];

describe('an object that is applied again with an old status, which says', () => {
  const asApplied = oldStatuses.map(({ name }) => manifest({ metadata: { name } }));
  let former: ReadonlyMap<string, EdgeAppVersion>;
  let before: Evidence;
  let after: Evidence;

  beforeAll(async () => {
    await shop.apply(...oldStatuses.map(({ name }) => manifest({ metadata: { name } })));
    before = await evidenceAtRest(shop);
    former = new Map(before.objects.map((object) => [object.metadata.name, object]));
    await shop.operator.stop();
    await shop.kubectl(['delete', 'edgeappversions', ...oldStatuses.map(({ name }) => name)]);
    for (const { name, isGone } of oldStatuses) if (isGone) shop.emulator.deleteVersion(idOf(name));
    await shop.apply(...asApplied);
    await writeStatuses();
    await shop.operator.start();
    // One that is Ready stays so until the absence of its version is proven.
    for (const { name, reason } of oldStatuses)
      await shop.waitFor(`jsonpath={.status.conditions[?(@.type=="Ready")].reason}=${reason}`, name);
    const takenAway = oldStatuses.filter(({ isGone }) => isGone).map(({ name }) => idOf(name));
    after = await evidenceAtRest(shop, { gone: [...former.values()], takenAway });
  });

  const idOf = (name: string) => former.get(name)?.status?.versionId ?? '';

  async function writeStatuses(): Promise<void> {
    const items = oldStatuses.map(({ name, status }, index) => ({
      ...asApplied[index],
      status: status(former.get(name) as EdgeAppVersion),
    }));
    const input = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: items.filter(({ status }) => status),
    });
    await shop.kubectl(['replace', '--subresource=status', '-f', '-'], { input });
  }

  test.each(oldStatuses)('$title, comes to the truth', ({ name, reason, isGone }) => {
    const { status } = after.objects.find(({ metadata }) => metadata.name === name) as EdgeAppVersion;
    expect(findCondition(status?.conditions, 'Ready')?.reason).toBe(reason);
    if (!isGone) expect(status?.versionId).toBe(idOf(name));
  });

  test('costs one create, of what was claimed and never made, and no delete', () => {
    const changes = changesSince(before, after).map(({ action, parameters }) => [action, parameters.Name]);
    expect(changes).toEqual([['CreateEdgeContainerAppVersion', 'claimed-2-0-0']]);
    expect(judge(after)).toEqual([]);
  });
});
