/**
 * `node bench/schema-cost.ts [CRD file] [objects]`: what the API server's CPU costs for the writes of an object, under
 * another CRD (of the last release unless named) and under ours. Both are served side by side and take turns in small
 * bursts, so that what else runs on the machine meets them alike.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type ControlPlane, startControlPlane } from '../test/control-plane/control-plane.ts';
import { ApiServer } from '../test/support/api-server.ts';
import { container, manifest } from '../test/support/manifests.ts';
import { readCpuMs } from './measure/process-usage.ts';

const repository = join(import.meta.dirname, '..');
const ours = join(repository, 'crds/edgeappversions.yaml');
const [, , other = join(repository, 'test/crds/crd-0.1.0.yaml'), objects = '400'] = process.argv;
const burst = 20;
const writes = ['create', 'claim', 'record', 'annotate'] as const;
const merge = 'application/merge-patch+json';
type Costs = Record<(typeof writes)[number], number>;

/** Serves the CRD of `file` under another group. */
async function install(server: ControlPlane, file: string, group: string): Promise<void> {
  const crd = parse(await readFile(file, 'utf8'));
  crd.metadata.name = `${crd.spec.names.plural}.${group}`;
  crd.spec.group = group;
  await server.kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(crd) });
  await server.kubectl(['wait', '--for=condition=Established', '--timeout=60s', `crd/${crd.metadata.name}`]);
}

function emptyCosts(): Costs {
  return { create: 0, claim: 0, record: 0, annotate: 0 };
}

/** The writes that bring an object to rest, and one more, each for a burst of objects. @returns CPU ms for an object */
async function runBurst(group: string, burstName: string): Promise<Costs> {
  const path = (rest: string) => `/apis/${group}/v1alpha1/namespaces/default/edgeappversions${rest}`;
  const names = Array.from({ length: burst }, (_, index) => `object-${burstName}-${index}`);
  const send = async (...call: Parameters<typeof api.send>) => {
    const { status, body } = await api.send(...call);
    if (status > 201) throw new Error(`${call[0]} ${call[1]} was refused: ${JSON.stringify(body)}`);
  };
  const steps: Record<(typeof writes)[number], (name: string) => Promise<void>> = {
    create: (name) => send('POST', path('?fieldManager=kubectl'), objectOf(group, name)),
    claim: (name) =>
      send('PATCH', path(`/${name}/status?fieldManager=edgeapp-operator`), { status: claimed }, merge),
    record: (name) =>
      send(
        'PATCH',
        path(`/${name}/status?fieldManager=edgeapp-operator`),
        recording,
        'application/json-patch+json',
      ),
    annotate: (name) => send('PATCH', path(`/${name}`), { metadata: { annotations: { a: 'b' } } }, merge),
  };
  const costs = emptyCosts();
  for (const write of writes) {
    const before = await readCpuMs(controlPlane.processIds().apiServer);
    await Promise.all(names.map(steps[write]));
    costs[write] = ((await readCpuMs(controlPlane.processIds().apiServer)) - before) / burst;
  }
  return costs;
}

function objectOf(group: string, name: string): object {
  const env = ['LEVEL', 'MODE', 'REGION'].map((key) => ({ name: key, value: 'x' }));
  const containers = ['web', 'cache'].map((each) => container({ name: each, env, args: ['--port', '8080'] }));
  return { ...manifest({ metadata: { name }, spec: { containers } }), apiVersion: `${group}/v1alpha1` };
}

const base = {
  observedGeneration: 1,
  attempts: 1,
  versionName: 'shop-1-4-2',
  fingerprint: `v1:${'a'.repeat(64)}`,
};

function conditionsOf(...types: readonly string[]): object[] {
  const lastTransitionTime = '2026-11-24T08:00:00Z';
  return types.map((type) => ({
    ...{ type, status: 'True', observedGeneration: 1, lastTransitionTime },
    ...{ reason: 'Progressing', message: 'creating version shop-1-4-2 (attempt 1)' },
  }));
}

const attempt = {
  id: '6f1c7a52-7d0e-4f7a-9a54-0d3c6a1f2b10',
  uid: '5f0c1a52-7d0e-4f7a-9a54-0d3c6a1f2b10',
  number: 1,
  name: 'shop-1-4-2',
  fingerprint: base.fingerprint,
  startedAt: '2026-11-24T08:00:00Z',
  unknownBefore: false,
};
const claimed = { ...base, attempt, conditions: conditionsOf('Ready', 'Reconciling') };
const recorded = { ...base, versionId: 'ver-876293716316510001', conditions: conditionsOf('Ready') };
const recording = [
  { op: 'test', path: '/status/attempt/id', value: attempt.id },
  { op: 'replace', path: '/status', value: recorded },
];

await using controlPlane = await startControlPlane();
await using api = await ApiServer.connect(controlPlane.adminKubeconfig);
const groups = { before: 'before.example.com', after: 'after.example.com' };
await install(controlPlane, other, groups.before);
await install(controlPlane, ours, groups.after);
await runBurst(groups.before, 'warm');
await runBurst(groups.after, 'warm');
const sums = { before: emptyCosts(), after: emptyCosts() };
const rounds = Math.ceil(Number(objects) / burst);
for (let round = 0; round < rounds; round += 1) {
  for (const which of round % 2 === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const)) {
    const costs = await runBurst(groups[which], `r${round}`);
    for (const write of writes) sums[which][write] += costs[write] / rounds;
  }
}
const total = (costs: Costs) => costs.create + costs.claim + costs.record;
const figures = { ...sums, ratio: total(sums.after) / total(sums.before) };
process.stdout.write(
  `${JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value))}\n`,
);
