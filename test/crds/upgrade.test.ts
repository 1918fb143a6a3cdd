/** Objects that an older, looser CRD let in can still be reported on, finalized and deleted. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edgeAppVersionDescriptor } from '../../src/kinds/edge-app-version/descriptor.ts';
import { finalizer } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { loadSchema } from '../../src/operator/load-crd.ts';
import { installCrd } from '../control-plane/install-crd.ts';
import { resourcePath } from '../support/api-server.ts';
import { eventually } from '../support/eventually.ts';
import { manifest } from '../support/manifests.ts';
import { constraintsOf } from './constraints.ts';
import { useCrdServer } from './crd-server.ts';
import { grow, memberOf } from './grow-manifest.ts';
import { judgeOnServer } from './judge.ts';
import { looseCrd } from './loose-crd.ts';
import { mutationsOf } from './mutations.ts';

const folder = await mkdtemp(join(tmpdir(), 'loose-crd-'));
const running = useCrdServer(await writeLooseCrd());
afterAll(() => rm(folder, { recursive: true }));

const schema = loadSchema(edgeAppVersionDescriptor);
const seed = 20261124;
const unavoidable =
  / type$| x-kubernetes-list-map-keys$|(containers|env)\[\] required name$|conditions\[\] required type$/;

interface OldObject {
  /** The rule or bound of today's CRD that it breaks. */
  readonly title: string;
  readonly name: string;
  readonly spec: unknown;
  readonly status: object;
}

const { spec } = manifest({ spec: { name: 'shop-1.4.2' } });
const observed = { observedGeneration: 1 };
const oldObjects: readonly OldObject[] = [
  { title: 'metadata.name maxLength', name: 'x'.repeat(64), spec, status: observed },
  { title: 'a metadata.name that cannot stand in', name: 'abc', spec: manifest().spec, status: observed },
  ...faulty('spec').map(({ title, value }, index) => ({
    title,
    name: `spec-${index}`,
    spec: value,
    status: { ...observed, versionId: 'ver-1' },
  })),
  ...faulty('status').map(({ title, value }, index) => ({
    title,
    name: `status-${index}`,
    spec,
    status: value as object,
  })),
];

/** One value for each rule and bound that a looser CRD can do without: Kubernetes itself asks for the others. */
function faulty(place: 'spec' | 'status'): { title: string; value: unknown }[] {
  const node = memberOf(schema, place);
  const constraints = constraintsOf(node, place).filter((constraint) => !unavoidable.test(constraint));
  const mutations = new Map(mutationsOf(node, [place]).map((mutation) => [mutation.label, mutation.graft]));
  return constraints.map((title) => {
    const graft = mutations.get(title);
    if (graft === undefined) throw new Error(`nothing breaks ${title}`);
    const [value] = fc.sample(grow(node, { ...graft, path: graft.path.slice(1) }), { seed, numRuns: 1 });
    return { title, value };
  });
}

const post = (object: unknown, query = '') => running().api.send<object>('POST', resourcePath(query), object);
const mergePatch = (path: string, patch: object) =>
  running().api.send('PATCH', resourcePath(path), patch, 'application/merge-patch+json');

async function store({ title, name, spec, status }: OldObject): Promise<void> {
  const object = { ...manifest({ metadata: { name, finalizers: [finalizer] } }), spec };
  const created = await post(object);
  expect(created, title).toMatchObject({ status: 201 });
  const written = await running().api.send('PUT', resourcePath(`/${name}/status`), {
    ...created.body,
    status,
  });
  expect(written, `${title}: ${JSON.stringify(written.body)}`).toMatchObject({ status: 200 });
}

let fresh: object;

beforeAll(async () => {
  await Promise.all(oldObjects.map(store));
  await installCrd(running().controlPlane);
  const tooShort = manifest({ metadata: { name: 'abc' } });
  const isInForce = async () =>
    expect(await judgeOnServer(running().api, tooShort)).toMatchObject({ accepted: false });
  await eventually(isInForce);
  fresh = (await post(manifest({ metadata: { name: 'fresh-1' } }))).body;
});

describe.each(oldObjects)('An old object that breaks $title', ({ name, spec, status }) => {
  test('could not be written today', async () => {
    const created = await post({ ...manifest({ metadata: { name } }), spec }, '?dryRun=All');
    const path = resourcePath('/fresh-1/status?dryRun=All');
    const reported = await running().api.send('PUT', path, { ...fresh, status });
    expect([created.status, reported.status]).toContain(422);
  });

  test('takes a status, and ends once its finalizer is gone', async () => {
    const report = { status: { ...observed, requestId: 'later', attempts: 1 } };
    expect(await mergePatch(`/${name}/status`, report)).toMatchObject({ status: 200, body: report });
    expect(await running().api.send('DELETE', resourcePath(`/${name}`))).toMatchObject({ status: 200 });
    expect(await mergePatch(`/${name}`, { metadata: { finalizers: null } })).toMatchObject({ status: 200 });
    expect(await running().api.send('GET', resourcePath(`/${name}`))).toMatchObject({ status: 404 });
  });
});

async function writeLooseCrd(): Promise<string> {
  const file = join(folder, 'loose.json');
  await writeFile(file, JSON.stringify(looseCrd()));
  return file;
}
