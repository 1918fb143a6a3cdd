import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type {
  EdgeAppVersion,
  EdgeAppVersionSpec,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../src/kinds/edge-app-version/request/to-create-request.ts';
import type { Evidence } from '../chaos/evidence.ts';
import { changesSince, evidenceAtRest, versionIds } from '../chaos/evidence-at-rest.ts';
import { judge } from '../chaos/judge.ts';
import { rawCreate } from '../emulator/raw-call.ts';
import { container, edgeAppVersion, manifest } from '../support/manifests.ts';
import { appId, install } from './installation.ts';

const namespaces = ['shop', 'blog', 'games'];
const [identical, taken, never] = ['adopted-1-0-0', 'conflict-1-0-0', 'never-1-0-0'];
const env = ['MODE', 'LEVEL'].map((name) => ({ name, value: 'x' }));

/** What a repository holds beside the samples. */
const manifests = [
  of('blog', 'shop-1-4-2'),
  of('blog', 'remarks-1-0-0', { remarks: 'spring [build 7]\nsee the change log' }),
  of('games', 'deletable-1-0-0', { deletionPolicy: 'Delete' }),
  of('games', 'two-containers', { containers: [container({ name: 'b', env }), container({ name: 'a' })] }),
  of('games', 'failed-1-0-0', { containers: [container({ image: 'registry.example.com/build-fails:1' })] }),
  of('shop', 'rival-first', { name: 'shop-rival-1.0.0' }),
  of('shop', identical, { adoptionPolicy: 'IfIdentical' }),
  of('shop', taken),
  of('shop', never, { adoptionPolicy: 'Never' }),
  of('shop', 'suspended-1-0-0', { suspend: true }),
  of('blog', 'rival-second', { name: 'shop-rival-1.0.0' }),
  ...Array.from({ length: 40 }, (_, index) => of('games', `burst-${index + 100}`)),
];

/** The version's name tells the namespace, as all are of one app. */
function of(namespace: string, name: string, spec: Partial<EdgeAppVersionSpec> = {}) {
  const annotations = { 'example.com/team': namespace };
  return manifest({
    metadata: { namespace, name, annotations },
    spec: { name: `${namespace}-${name}`, ...spec },
  });
}

/** How many objects have each reason, beside those of which the rebuild makes another number. */
const others = { Adopted: 1, AppNotFound: 1, BuildFailed: 1, Suspended: 1 };

let cloud: Emulator;
let built: Evidence;
let rebuilt: Evidence;

beforeAll(async () => {
  cloud = await startEmulator({ apps: [appId] });
  const [same] = manifests.filter(({ metadata }) => metadata.name === identical);
  const { Name, Containers } = toCreateRequest(edgeAppVersion(same), { packing: defaultPacking });
  await rawCreate(cloud, { Name, Containers: JSON.stringify(Containers) });
  await rawCreate(cloud, { Name: `shop-${taken}` });
  built = await buildAndLose(manifests);
  rebuilt = await buildAndLose(manifests.toReversed());
});
afterAll(() => cloud?.stop());

describe('a cluster that is built anew from the same manifests', () => {
  test('was complete before it was lost', () => {
    expect(judge(built)).toEqual([]);
    expect(built.objects).toHaveLength(manifests.length + 3);
    expect(reasons(built)).toEqual({ ...others, Created: 48, Conflict: 2 });
  });

  test('has the same VersionIds, of the same origin, but where adoptionPolicy Never forbids it', () => {
    const willing = ({ object }: { object: string }) => object !== `shop/${never}`;
    expect(versionIds(rebuilt).filter(willing)).toEqual(versionIds(built).filter(willing));
    expect(reasons(rebuilt)).toEqual({ ...others, Created: 47, Conflict: 3 });
    expect(judge(rebuilt)).toEqual([]);
  });

  test('costs no create and no delete, not even of what has deletionPolicy Delete', () => {
    expect(built.calls.some(({ action }) => action.startsWith('Create'))).toBe(true);
    expect(rebuilt.calls.length).toBeGreaterThan(built.calls.length);
    expect(changesSince(built, rebuilt)).toEqual([]);
    expect(cloud.versions()).toEqual(built.versions);
  });
});

/** A cluster with everything applied and come to rest; then it is gone, and the operator with it. */
async function buildAndLose(all: readonly object[]): Promise<Evidence> {
  await using cluster = await install({ cloud });
  for (const name of namespaces.slice(1)) await cluster.controlPlane.kubectl(['create', 'namespace', name]);
  await cluster.kubectl(['apply', '--server-side', '-f', 'deploy/samples']);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all });
  await cluster.controlPlane.kubectl(['apply', '--server-side', '-f', '-'], { input });
  const evidence = await evidenceAtRest(cluster);
  await cluster.controlPlane.stop();
  return evidence;
}

function reasons({ objects }: Evidence): Record<string, number> {
  const all = Object.groupBy(objects, ({ status }: EdgeAppVersion) => status?.conditions?.[0]?.reason ?? '');
  return Object.fromEntries(Object.entries(all).map(([reason, of]) => [reason, of?.length ?? 0]));
}
