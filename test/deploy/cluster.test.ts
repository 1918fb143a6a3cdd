import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findBinary } from '../control-plane/binaries.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import type { KubectlResult } from '../control-plane/kubectl.ts';
import { podRules } from './pod-rules.ts';
import { only, type Rendering, render } from './render.ts';

const crd = 'edgeappversions.esa.alibabacloud.com';
let controlPlane: ControlPlane;
let example: Rendering;
let installed: KubectlResult;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  example = await render('deploy/overlays/example');
  installed = await controlPlane.kubectl(['apply', '--server-side', '-k', 'deploy/overlays/example']);
  await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', `crd/${crd}`]);
  await controlPlane.kubectl(['create', 'namespace', 'shop']);
});
afterAll(() => controlPlane?.stop());

describe('the example overlay on a real API server', () => {
  test('is taken whole and without a warning, in a namespace that enforces Pod Security restricted', () => {
    expect(installed.stderr).toBe('');
    expect(installed.stdout.trim().split('\n')).toHaveLength(example.manifests.length);
    expect(installed.stdout).toContain('deployment.apps/edgeapp-operator serverside-applied');
  });

  test('can be applied again, also by a client-side apply', async () => {
    const dryRun = await controlPlane.kubectl(['apply', '--dry-run=server', '-k', 'deploy/overlays/example']);
    expect(dryRun.stdout).toContain(`customresourcedefinition.apiextensions.k8s.io/${crd}`);
  });

  test("gives a pod that Pod Security lets in, and would not once it breaks the profile's rules", async () => {
    const { spec } = only(example.manifests, 'Deployment').spec.template;
    expect(await createPod(spec)).toMatchObject({ exitCode: 0, stderr: '' });
    const broken = structuredClone(spec);
    podRules.find(({ title }) => title === 'cannot gain privileges')?.breakIt(broken);
    expect(await createPod(broken)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('violates PodSecurity'),
    });
  });

  function createPod(spec: object): Promise<KubectlResult> {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'try', namespace: 'edgeapp-system' },
      spec,
    };
    const args = ['create', '--dry-run=server', '-f', '-'];
    return controlPlane.kubectl(args, { input: JSON.stringify(pod), tolerate: true });
  }
});

interface Right {
  readonly can: 'yes' | 'no';
  readonly verbs: readonly string[];
  /** Or `resource/subresource`. */
  readonly resource: string;
  /** To one object of this name; to all where absent. */
  readonly name?: string;
}
const leases = 'leases.coordination.k8s.io';
const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const rights: { user: string; as: string; namespace: string; table: readonly Right[] }[] = [
  {
    user: 'the operator',
    as: 'system:serviceaccount:edgeapp-system:edgeapp-operator',
    namespace: 'shop',
    table: [
      { can: 'yes', verbs: ['get', 'list', 'watch', 'patch'], resource: crd },
      { can: 'no', verbs: ['create', 'update', 'delete', 'deletecollection'], resource: crd },
      { can: 'yes', verbs: ['update', 'patch'], resource: `${crd}/status` },
      { can: 'no', verbs: ['get', 'list', 'watch'], resource: 'secrets' },
      { can: 'no', verbs: all, resource: 'pods' },
      { can: 'no', verbs: ['create'], resource: 'serviceaccounts/token' },
      { can: 'no', verbs: ['impersonate'], resource: 'users' },
      { can: 'no', verbs: ['escalate', 'bind', 'patch'], resource: 'clusterroles.rbac.authorization.k8s.io' },
      { can: 'no', verbs: ['update', 'patch'], resource: 'customresourcedefinitions.apiextensions.k8s.io' },
      { can: 'no', verbs: all, resource: leases },
    ],
  },
  {
    user: 'the operator',
    as: 'system:serviceaccount:edgeapp-system:edgeapp-operator',
    namespace: 'edgeapp-system',
    table: [
      { can: 'yes', verbs: ['create'], resource: leases },
      { can: 'yes', verbs: ['get', 'update'], resource: leases, name: 'edgeapp-operator' },
      { can: 'no', verbs: ['list', 'watch', 'patch', 'delete'], resource: leases, name: 'edgeapp-operator' },
      { can: 'no', verbs: ['get', 'update', 'list', 'watch', 'patch', 'delete'], resource: leases },
      { can: 'no', verbs: ['get', 'update', 'patch'], resource: leases, name: 'kube-scheduler' },
    ],
  },
  {
    user: 'an editor',
    as: 'system:serviceaccount:shop:shop-release',
    namespace: 'shop',
    table: [
      { can: 'yes', verbs: all, resource: crd },
      { can: 'yes', verbs: ['get'], resource: `${crd}/status` },
      { can: 'no', verbs: ['update', 'patch'], resource: `${crd}/status` },
      { can: 'no', verbs: ['get', 'list'], resource: 'secrets' },
    ],
  },
  {
    user: 'an editor in another namespace',
    as: 'system:serviceaccount:shop:shop-release',
    namespace: 'edgeapp-system',
    table: [{ can: 'no', verbs: all, resource: crd }],
  },
  {
    user: 'a viewer',
    as: 'ada',
    namespace: 'shop',
    table: [
      { can: 'yes', verbs: ['get', 'list', 'watch'], resource: crd },
      { can: 'no', verbs: ['create', 'update', 'patch', 'delete'], resource: crd },
      { can: 'no', verbs: ['update', 'patch'], resource: `${crd}/status` },
    ],
  },
];

describe('the roles on a real API server', () => {
  beforeAll(async () => {
    await controlPlane.kubectl(['apply', '--server-side', '-k', 'deploy/samples/release-job']);
    const viewer = [
      'create',
      'rolebinding',
      'viewer',
      '-n',
      'shop',
      '--clusterrole=edgeapp-viewer',
      '--user=ada',
    ];
    await controlPlane.kubectl(viewer);
  });

  const cases = rights.flatMap(({ table, ...who }) => table.map((right) => ({ ...who, ...right })));
  test.for(cases)('$user may $verbs $resource $name in $namespace: $can', async (row) => {
    const { as, namespace, verbs, can, name } = row;
    const [type = '', subresource = ''] = row.resource.split('/');
    const resource = name ? `${type}/${name}` : type;
    const flags = [`--as=${as}`, `--namespace=${namespace}`, `--subresource=${subresource}`];
    const answers = await Promise.all(
      verbs.map((verb) =>
        controlPlane.kubectl(['auth', 'can-i', verb, resource, ...flags], { tolerate: true }),
      ),
    );
    expect(answers.map(({ stdout }) => stdout.trim())).toEqual(verbs.map(() => can));
  });
});

describe('the samples on a real API server', () => {
  const samples = readdirSync('deploy/samples').filter((name) => name.endsWith('.yaml'));
  test.for(samples)('%s is valid', async (name) => {
    const file = join('deploy/samples', name);
    const args = ['apply', '--dry-run=server', '--validate=strict', '-n', 'shop', '-f', file];
    expect((await controlPlane.kubectl(args)).stderr).toBe('');
  });

  test('the release Job is taken without a warning', async () => {
    const args = ['apply', '--server-side', '--dry-run=server', '-k', 'deploy/samples/release-job'];
    expect((await controlPlane.kubectl(args)).stderr).toBe('');
  });
});

describe("the release Job's script, run with its own ServiceAccount", () => {
  test('creates, waits for Ready and prints the id', async () => {
    const { script, created } = await startRelease();
    const status = readyStatus('ver-876293716316510001');
    const patch = ['patch', created, '-n', 'shop', '--subresource=status', '--type=merge', '-p', status];
    await controlPlane.kubectl(patch);
    expect(await script).toMatchObject({ exitCode: 0, lastLine: 'versionId ver-876293716316510001' });
  });

  test('fails when the version does not become Ready in time', async () => {
    const { script } = await startRelease({ READY_TIMEOUT: '1s' });
    expect(await script).toMatchObject({ exitCode: 1 });
  });

  async function startRelease(env: NodeJS.ProcessEnv = {}) {
    const kubectl = dirname(await findBinary('kubectl'));
    const release = spawn('sh', ['deploy/samples/release-job/release.sh'], {
      env: {
        ...env,
        PATH: [kubectl, process.env.PATH].join(delimiter),
        HOME: controlPlane.folder,
        KUBECONFIG: await controlPlane.serviceAccountKubeconfig('shop', 'shop-release'),
      },
    });
    const lines: string[] = [];
    const firstLine = Promise.withResolvers<string>();
    createInterface(release.stdout).on('line', (line) =>
      firstLine.resolve(lines[lines.push(line) - 1] as string),
    );
    const exit = new Promise<number | null>((resolve) => release.once('close', resolve));
    const script = Promise.all([exit, text(release.stderr)]).then(([exitCode, stderr]) => {
      firstLine.reject(new Error(stderr));
      return { exitCode, lastLine: lines.at(-1), stderr };
    });
    return { script, created: (await firstLine.promise).replace('created ', '') };
  }

  const readyStatus = (versionId: string) => {
    const time = '2026-03-02T09:14:09Z';
    const ready = { type: 'Ready', status: 'True', reason: 'Created', message: 'version is created' };
    const conditions = [{ ...ready, observedGeneration: 1, lastTransitionTime: time }];
    return JSON.stringify({ status: { observedGeneration: 1, versionId, conditions } });
  };
});

test('the Argo CD health script is added to an argocd-cm that has other keys', async () => {
  await controlPlane.kubectl(['create', 'namespace', 'argocd']);
  await controlPlane.kubectl([
    'create',
    'configmap',
    'argocd-cm',
    '-n',
    'argocd',
    '--from-literal=url=https://cd.example.com',
  ]);
  await controlPlane.kubectl(['apply', '--server-side', '--field-manager=edgeapp', '-k', 'deploy/argocd']);
  const { stdout } = await controlPlane.kubectl([
    'get',
    'configmap',
    'argocd-cm',
    '-n',
    'argocd',
    '-o',
    'yaml',
  ]);
  expect(parse(stdout).data).toEqual({
    url: 'https://cd.example.com',
    'resource.customizations.health.esa.alibabacloud.com_EdgeAppVersion': readFileSync(
      'deploy/argocd/component/health.lua',
      'utf8',
    ),
  });
});
