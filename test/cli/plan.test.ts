import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlanOptions, planManifest } from '../../src/cli/plan-manifest.ts';
import { edgeAppVersionDescriptor } from '../../src/kinds/edge-app-version/descriptor.ts';
import { createVersionValidator } from '../../src/kinds/edge-app-version/manifest.ts';
import { parseMarker } from '../../src/kinds/edge-app-version/request/marker.ts';
import { loadSchema } from '../../src/operator/load-crd.ts';
import { EdgeappProcess, type Ended } from './edgeapp-process.ts';

const good = `apiVersion: esa.alibabacloud.com/v1alpha1
kind: EdgeAppVersion
metadata:
  name: shop-1-4-2
  namespace: shop
spec:
  appId: app-880688675783790001
  remarks: spring release
  containers:
    - name: web
      image: registry.cn-hangzhou.aliyuncs.com/shop/web:1.4.2
      spec: 1C2G
      args: [--port, "8080"]
      probe: {tcpSocket: {port: 8080}}
`;
const bad = good
  .replace(':1.4.2\n', '@sha256:00\n')
  .replace('app-880688675783790001', 'app-1')
  .replace('shop-1-4-2', 'shop-bad');
const other = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgeapp-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function plan(text: string, ...flags: readonly string[]): Promise<Ended & { readonly file: string }> {
  const file = join(folder, 'manifests.yaml');
  await writeFile(file, text);
  return { file, ...(await new EdgeappProcess({ args: ['plan', '-f', file, ...flags] }).ended) };
}

describe('edgeapp plan', () => {
  it('prints the request, with the marker and the fingerprint', async () => {
    const { exitCode, stdout, stderr } = await plan(good, '--owner-id', 'prod');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('1 would be sent, 0 refused\n');
    const [, fingerprint = ''] = stdout.match(/fingerprint (v1:[0-9a-f]{64})\n/) ?? [];
    const request = JSON.parse(stdout.slice(stdout.indexOf('{')));
    expect(request).toEqual({
      AppId: 'app-880688675783790001',
      Name: 'shop-1-4-2',
      Remarks: `spring release\n[k8s owner=prod/shop/shop-1-4-2 spec=${fingerprint.slice(0, 15)}]`,
      Containers: [
        {
          Name: 'web',
          Image: 'registry.cn-hangzhou.aliyuncs.com/shop/web:1.4.2',
          IsACRImage: false,
          Spec: '1C2G',
          Storage: '0.5G',
          Args: '--port 8080',
          ProbeType: 'tcpSocket',
          ProbeContent: { Port: 8080 },
        },
      ],
    });
  });

  it('gives every reason for a refusal with its line and column, and exit code 1', async () => {
    const { exitCode, stdout, stderr, file } = await plan(`${other}---\n${good}---\n${bad}`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('"Name": "shop-1-4-2"');
    expect(stderr).toContain(`${file}:1:1: skipped: Namespace shop`);
    expect(stderr).toMatch(new RegExp(`^${file}:30:7: spec\\.containers\\[0\\]\\.image: .*must`, 'm'));
    expect(stderr).toMatch(new RegExp(`^${file}:26:3: spec\\.appId: .*must`, 'm'));
    expect(stderr).toContain('1 would be sent, 1 refused; without --owner-id');
  });

  it('does not keep a reason for later because another comes first', async () => {
    const { stderr } = await plan(
      bad
        .replace('spec: 1C2G', 'spec: 1C1G')
        .replace('[--port, "8080"]', '[--port 8080]')
        .replace('remarks:', 'remark: mistyped\n  remarks:')
        .replace('port: 8080', 'port: "8080"'),
    );
    for (const path of ['spec.appId', '[0].image', '[0].spec', 'spec.remark:', 'probe.tcpSocket.port']) {
      expect(stderr).toContain(path);
    }
  });

  it('tells of a hundred problems of a document, of whatever kind, and that there are more', async () => {
    const many = (line: (n: number) => string) => Array.from({ length: 300 }, (_, n) => line(n)).join('');
    const text = [
      good + many((n) => `  field${n}: 1\n`),
      good + many(() => '  remarks: again\n'),
      good + many(() => '  - @\n'),
      `${good}      env:\n${many(() => '        - {value: a}\n')}`,
    ].join('---\n');
    const [forPeople, forPrograms] = await Promise.all([plan(text), plan(text, '-o', 'json')]);
    expect(forPeople.exitCode).toBe(1);
    const lines = forPeople.stderr.split('\n').filter((line) => line.startsWith(forPeople.file));
    expect(lines).toHaveLength(4 * 101);
    for (const last of [100, 201, 302, 403])
      expect(lines[last]).toMatch(/:\d+:\d+: has more problems than these 100$/);
    const entries: { problems: object[]; hasMoreProblems: boolean }[] = JSON.parse(forPrograms.stdout);
    expect(entries.map(({ problems, hasMoreProblems }) => [problems.length, hasMoreProblems])).toEqual(
      Array(4).fill([100, true]),
    );
  });

  it('tells of blanks beside other reasons', async () => {
    const { stderr } = await plan(bad.replace('[--port, "8080"]', '[--port 8080]'));
    expect(stderr).toContain('spec.containers[0].image');
    expect(stderr).toContain('spec.containers[0].args[0]');
  });

  it('reads standard input and prints JSON for programs', async () => {
    const { exitCode, stdout } = await new EdgeappProcess({
      args: ['plan', '-f', '-', '-o', 'json'],
      env: { EDGEAPP_OWNER_ID: 'prod' },
      input: `${bad}---\na: [\n---\n${good}`,
    }).ended;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        ...{ file: '<stdin>', line: 1, kind: 'EdgeAppVersion', name: 'shop-bad', plan: 'refused' },
        problems: [
          { line: 7, column: 3, path: 'spec.appId', message: expect.stringContaining('must') },
          { line: 11, column: 7, path: 'spec.containers[0].image', message: expect.stringContaining('must') },
        ],
      }),
      {
        ...{ file: '<stdin>', line: 17, column: 1, plan: 'refused' },
        problems: [expect.objectContaining({ line: 17 })],
      },
      expect.objectContaining({
        ...{ line: 18, plan: 'sent' },
        request: expect.objectContaining({ Name: 'shop-1-4-2' }),
      }),
    ]);
  });

  it.each([
    {
      title: 'nothing of ours in the file',
      text: other,
      flags: [],
      exitCode: 1,
      says: 'there is no EdgeAppVersion',
    },
    { title: 'no file', text: good, flags: ['-f', '/nowhere/a.yaml'], exitCode: 2, says: '/nowhere/a.yaml' },
    {
      title: 'a folder in the place of a file',
      text: good,
      flags: ['-f', 'deploy/samples'],
      exitCode: 2,
      says: 'error: deploy/samples is a folder, not a file',
    },
    {
      title: 'more than 8 MiB',
      text: '#'.repeat(2 ** 23 + 1),
      flags: [],
      exitCode: 2,
      says: 'manifests.yaml has more than 8 MiB: split it',
    },
    {
      title: 'a document of more than 1.5 MiB',
      text: `${good}---\n${'#'.repeat(1.5 * 2 ** 20)}`,
      flags: [],
      exitCode: 2,
      says: 'manifests.yaml has a document of more than 1.5 MiB',
    },
    {
      title: 'a document with many tabs, which counts once',
      text: good.replaceAll('  ', '\t'),
      flags: [],
      exitCode: 1,
      says: '\n0 would be sent, 1 refused',
    },
    {
      title: 'a number of YAML 1.2, which kubectl takes for a number too',
      text: good.replace('"8080"', '0o17'),
      flags: [],
      exitCode: 1,
      says: 'spec.containers[0].args[1]: must be a string; put quotes around a number, true or false',
    },
    {
      title: 'an empty list that may be absent',
      text: good.replace('[--port, "8080"]', '[]'),
      flags: [],
      exitCode: 1,
      says: 'args: must have at least 1 item, or be absent\n',
    },
    {
      title: 'an empty list that must be there',
      text: good.replace(/containers:[\s\S]*/, 'containers: []\n'),
      flags: [],
      exitCode: 1,
      says: 'spec.containers: must have at least 1 item\n',
    },
    {
      title: 'a blank, which kubectl apply takes',
      text: good.replace('[--port, "8080"]', '["--port 8080"]'),
      flags: [],
      exitCode: 1,
      says: 'the API server takes it',
    },
    {
      title: 'wrong flags',
      text: good,
      flags: ['-o', 'xml', '--fast'],
      exitCode: 2,
      says: '--output must be one of',
    },
  ])('ends with exit code $exitCode for $title', async ({ text, flags, exitCode, says }) => {
    const result = await plan(text, ...flags);
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(result.stderr).toContain(says);
  });

  it('shows what steers a terminal by its code', async () => {
    const hidden = '\\u001b[2J\\u009b\\u202e';
    const text = good.replace('spring release', `"spring${hidden}"`);
    const { stdout, stderr } = await plan(`${text}---\n${bad}  "key${hidden}": 1\n`);
    expect(stdout).toContain(`"Remarks": "spring${hidden}"`);
    expect(stderr).toContain(`spec.key${hidden}: is no field`);
    expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
  });

  it('notes an annotation that does nothing with its value', async () => {
    const annotated = good.replace(
      '  namespace: shop\n',
      '  annotations: {esa.alibabacloud.com/abandon: "yes"}\n',
    );
    const { exitCode, stderr, file } = await plan(annotated, '--owner-id', 'prod');
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `${file}:5:17: note: metadata.annotations[esa.alibabacloud.com/abandon]: is ignored`,
    );
  });

  it('accepts every sample', async () => {
    const samples = ['minimal', 'two-containers', 'unknown-app'].map((name) => `deploy/samples/${name}.yaml`);
    const args = ['plan', '--owner-id', 'prod', ...samples.flatMap((file) => ['-f', file])];
    const { exitCode, stderr } = await new EdgeappProcess({ args }).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '3 would be sent, 0 refused\n' });
    expect(await readFile(samples[0] ?? '', 'utf8')).toContain('EdgeAppVersion');
  });
});

describe('planManifest', () => {
  const options: PlanOptions = {
    validate: createVersionValidator(loadSchema(edgeAppVersionDescriptor)),
    packing: { blanksInCommands: 'refuse', blanksInHooks: 'refuse' },
    ownerId: 'prod',
    namespace: 'default',
  };
  const object = {
    apiVersion: 'esa.alibabacloud.com/v1alpha1',
    kind: 'EdgeAppVersion',
    metadata: { name: 'shop-1-4-2' },
    spec: {
      appId: 'app-880688675783790001',
      containers: [{ name: 'web', image: 'a/b:1', spec: '1C2G', probe: { tcpSocket: { port: 80 } } }],
    },
  };

  it('puts the namespace of the flag into the marker where the manifest names none', () => {
    const plan = planManifest(object, options);
    const remarks = plan.kind === 'sent' ? plan.request.Remarks : undefined;
    expect(parseMarker(remarks)?.owner).toEqual({
      ownerId: 'prod',
      namespace: 'default',
      name: 'shop-1-4-2',
    });
  });

  it('refuses a blank where the packing rules do, and quotes it where they say so', () => {
    const [container] = object.spec.containers;
    const containers = [{ ...container, preStop: ['sh', 'a b'], args: ['c d'] }];
    const withBlanks = { ...object, spec: { ...object.spec, containers } };
    const refused = planManifest(withBlanks, options);
    expect(refused).toMatchObject({
      kind: 'refused',
      issues: [{ path: 'spec.containers[0].args[0]' }, { path: 'spec.containers[0].preStop[1]' }],
    });
    const packing = { blanksInCommands: 'quote', blanksInHooks: 'quote' } as const;
    expect(planManifest(withBlanks, { ...options, packing })).toMatchObject({
      kind: 'sent',
      request: { Containers: [{ Args: '"c d"', PreStop: 'sh "a b"' }] },
    });
  });

  it('refuses what the operator would not send for its size, and says so alone', () => {
    const [container] = object.spec.containers;
    const containers = [{ ...container, args: Array(65).fill('x'.repeat(5000)) }];
    expect(planManifest({ ...object, spec: { ...object.spec, containers } }, options)).toEqual({
      kind: 'refused',
      issues: [{ path: 'spec', message: expect.stringMatching(/256 KiB, and the object has 318 KiB/) }],
    });
  });

  it('names a part with a tab once', () => {
    const [container] = object.spec.containers;
    const containers = [{ ...container, args: ['a\tb'] }];
    expect(planManifest({ ...object, spec: { ...object.spec, containers } }, options)).toMatchObject({
      kind: 'refused',
      issues: [{ path: 'spec.containers[0].args[0]', message: expect.stringContaining('a tab') }],
    });
  });

  it('stands in for the end of a generated name', () => {
    const generated = { ...object, metadata: { generateName: 'shop-' } };
    expect(planManifest(generated, options)).toMatchObject({ kind: 'sent', request: { Name: 'shop-xxxxx' } });
  });

  it.each([
    { title: 'another kind', change: { apiVersion: 'v1', kind: 'Pod' }, kind: 'skipped' },
    { title: 'our kind in a wrong group', change: { apiVersion: 'esa.example.com/v1' }, kind: 'refused' },
    { title: 'our group with a wrong kind', change: { kind: 'EdgeappVersion' }, kind: 'refused' },
  ])('takes $title as $kind', ({ change, kind }) => {
    expect(planManifest({ ...object, ...change }, options).kind).toBe(kind);
  });
});
