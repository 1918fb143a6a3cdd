import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runSettings } from '../../src/config/settings.ts';
import { toLeaseKey } from '../../src/operator/leadership.ts';
import { operatorProcess } from './operator-process.ts';
import { podRules } from './pod-rules.ts';
import { only, type Rendering, render } from './render.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
let base: Rendering;
let example: Rendering;
let releaseJob: Rendering;

beforeAll(async () => {
  base = await render('deploy/base');
  example = await render('deploy/overlays/example');
  releaseJob = await render('deploy/samples/release-job');
});

const pods = [
  { title: "the operator's pod", template: () => only(example.manifests, 'Deployment').spec.template.spec },
  { title: "the release Job's pod", template: () => only(releaseJob.manifests, 'Job').spec.template.spec },
];
describe.for(pods)('$title', ({ template }) => {
  test.for(podRules)('$title', ({ holds, breakIt }) => {
    const pod = template();
    expect(holds(pod)).toBe(true);
    const broken = structuredClone(pod);
    breakIt(broken);
    expect(holds(broken)).toBe(false);
  });
});

describe('the Deployment', () => {
  test('always keeps a replica that can take over, on another node where there is one', () => {
    const { replicas, strategy, selector, template } = only(base.manifests, 'Deployment').spec;
    expect(replicas).toBe(2);
    expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    const [{ podAffinityTerm }] =
      template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(podAffinityTerm).toEqual({ topologyKey: 'kubernetes.io/hostname', labelSelector: selector });
    const { maxUnavailable, selector: budgeted } = only(base.manifests, 'PodDisruptionBudget').spec;
    expect(maxUnavailable).toBe(1);
    expect(budgeted).toEqual(selector);
  });

  test('is ready and alive by the health address that its environment sets', () => {
    const [container] = only(base.manifests, 'Deployment').spec.template.spec.containers;
    const [{ name, containerPort }] = container.ports;
    expect(operatorProcess(base.manifests).env.EDGEAPP_HEALTH_BIND_ADDRESS).toBe(`:${containerPort}`);
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: name });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: name });
  });

  test('reads the credentials from where the Secret is mounted', () => {
    const { env, credentialsDir } = operatorProcess(base.manifests);
    expect(env.EDGEAPP_CREDENTIALS_DIR).toBe(credentialsDir);
  });

  test('gives a pod the time to end in order under any call timeout that can be set', () => {
    const timeouts = Array.from({ length: 1_000 }, (_, seconds) =>
      runSettings.callTimeoutSeconds.parse(String(seconds)),
    );
    const longest = Math.max(...timeouts.map((seconds) => seconds ?? 0));
    expect(longest).toBeGreaterThanOrEqual(30);
    const { terminationGracePeriodSeconds } = only(base.manifests, 'Deployment').spec.template.spec;
    expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(3 * longest + 15);
  });

  test('mounts the API token itself and nowhere else', () => {
    const pod = only(base.manifests, 'Deployment').spec.template.spec;
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(only(base.manifests, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(pod.containers[0].volumeMounts).toContainEqual({
      name: 'kube-api-access',
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      readOnly: true,
    });
  });

  test('selects by labels that never change with the version', () => {
    expect(Object.keys(only(base.manifests, 'Deployment').spec.selector.matchLabels).sort()).toEqual([
      'app.kubernetes.io/instance',
      'app.kubernetes.io/name',
    ]);
  });

  test('carries the version of package.json in its image and labels', () => {
    const deployment = only(base.manifests, 'Deployment');
    expect(deployment.spec.template.spec.containers[0].image).toBe(`edgeapp-operator:${version}`);
    expect(deployment.metadata.labels).toMatchObject({ 'app.kubernetes.io/version': version });
  });

  test('takes its settings from the overlay, and starts anew when they change', () => {
    const settings = (rendering: Rendering) =>
      only(rendering.manifests, 'Deployment').spec.template.spec.containers[0].envFrom[0].configMapRef.name;
    expect(operatorProcess(example.manifests).env).toMatchObject({
      EDGEAPP_OWNER_ID: 'example-cluster',
      EDGEAPP_ESA_ENDPOINT: 'https://esa.cn-hangzhou.aliyuncs.com',
      EDGEAPP_LOG_LEVEL: 'info',
    });
    expect(settings(example)).not.toBe(settings(base));
  });
});

describe('the roles', () => {
  test('name every resource and verb, and no Secret', () => {
    const rules = example.manifests.filter(({ kind }) => kind.endsWith('Role')).flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(0);
    for (const { apiGroups, resources, verbs } of rules) {
      expect(['esa.alibabacloud.com', 'coordination.k8s.io']).toEqual(expect.arrayContaining(apiGroups));
      expect([...apiGroups, ...resources, ...verbs]).not.toContain('*');
    }
  });

  test('of the operator hold what it uses', () => {
    expect(only(base.manifests, 'ClusterRole', 'edgeapp-operator').rules).toEqual([
      {
        apiGroups: ['esa.alibabacloud.com'],
        resources: ['edgeappversions'],
        verbs: ['get', 'list', 'watch', 'patch'],
      },
      {
        apiGroups: ['esa.alibabacloud.com'],
        resources: ['edgeappversions/status'],
        verbs: ['update', 'patch'],
      },
    ]);
  });

  test('of the operator reach the lease in its own namespace only', () => {
    const { metadata, rules } = only(base.manifests, 'Role');
    expect(metadata.namespace).toBe(operatorProcess(base.manifests).namespace);
    expect(rules).toEqual(leaseRules(base));
    const { roleRef, subjects } = only(base.manifests, 'RoleBinding');
    expect(roleRef.name).toBe(metadata.name);
    expect(subjects).toEqual([
      {
        kind: 'ServiceAccount',
        name: operatorProcess(base.manifests).serviceAccount,
        namespace: metadata.namespace,
      },
    ]);
  });
});

/** The rights to the one Lease that an operator with these manifests uses. */
function leaseRules({ manifests }: Rendering): object[] {
  const { namespace, env } = operatorProcess(manifests);
  const settings = { namespace: env.EDGEAPP_NAMESPACE, leaseNamespace: env.EDGEAPP_LEASE_NAMESPACE };
  const lease = toLeaseKey(settings, namespace);
  expect(lease.namespace).toBe(namespace);
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...leases, resourceNames: [lease.name], verbs: ['get', 'update'] },
    { ...leases, verbs: ['create'] },
  ];
}

test('the overlay for one namespace grants nothing outside of it', async () => {
  const rendering = await render('deploy/overlays/one-namespace');
  const { manifests } = rendering;
  expect(only(manifests, 'Role').rules).toEqual(leaseRules(rendering));
  expect(manifests.filter(({ kind }) => kind === 'ClusterRoleBinding')).toEqual([]);
  const { metadata, roleRef } = only(manifests, 'RoleBinding', 'edgeapp-operator');
  expect(roleRef.name).toBe('edgeapp-operator');
  expect(operatorProcess(manifests).env.EDGEAPP_NAMESPACE).toBe(metadata.namespace);
});

test('every object of the base is labelled as part of the operator', () => {
  for (const { kind, metadata } of base.manifests) {
    expect(metadata.labels, kind).toMatchObject({ 'app.kubernetes.io/part-of': 'edgeapp-operator' });
  }
});

test('the Argo CD component adds its key to a kustomized argocd-cm', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'edgeapp-argocd-'));
  try {
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      JSON.stringify({
        configMapGenerator: [
          { name: 'argocd-cm', namespace: 'argocd', literals: ['url=https://cd.example.com'] },
        ],
        generatorOptions: { disableNameSuffixHash: true },
        components: [relative(folder, 'deploy/argocd/component')],
      }),
    );
    expect(Object.keys(only((await render(folder)).manifests, 'ConfigMap', 'argocd-cm').data).sort()).toEqual(
      ['resource.customizations.health.esa.alibabacloud.com_EdgeAppVersion', 'url'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('no manifest', () => {
  const yamlFiles = readdirSync('deploy', { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yaml'),
  );
  test.for(yamlFiles)('holds a Secret or a key: %s', (path) => {
    const text = readFileSync(join('deploy', path), 'utf8');
    const kinds = parseAllDocuments(text).map((document) => document.toJS()?.kind);
    expect(kinds).not.toContain('Secret');
    expect(text).not.toMatch(/LTAI[0-9A-Za-z]{12,}/);
  });
});
