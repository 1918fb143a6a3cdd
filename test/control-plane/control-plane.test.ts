import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { installCrd } from './install-crd.ts';
import { KubectlError } from './kubectl.ts';

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await startControlPlane({ controllerManager: true });
});

afterAll(async () => {
  await controlPlane.stop();
});

function readConfigMap(name: string, options?: Parameters<ControlPlane['kubectl']>[1]) {
  return controlPlane.kubectl(['get', 'configmap', name, '-o', 'jsonpath={.data.key}'], options);
}

function createConfigMap(name: string, value: string) {
  return controlPlane.kubectl(['create', 'configmap', name, `--from-literal=key=${value}`]);
}

describe('rights on the control plane', () => {
  test('a ServiceAccount has none until a role is bound to it', async () => {
    const kubeconfig = await controlPlane.serviceAccountKubeconfig('operators', 'operator');
    const list = ['get', 'configmaps', '--namespace=default'];
    const refused = await controlPlane.kubectl(list, { kubeconfig, tolerate: true });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('User "system:serviceaccount:operators:operator" cannot list resource');
    await controlPlane.kubectl(['create', 'role', 'reader', '--verb=list', '--resource=configmaps']);
    await controlPlane.kubectl([
      'create',
      'rolebinding',
      'reader',
      '--role=reader',
      '--serviceaccount=operators:operator',
    ]);
    expect((await controlPlane.kubectl(list, { kubeconfig })).exitCode).toBe(0);
  });

  test('a kubeconfig for a ServiceAccount that exists is given again', async () => {
    const first = await controlPlane.serviceAccountKubeconfig('operators', 'twice');
    expect(await controlPlane.serviceAccountKubeconfig('operators', 'twice')).toBe(first);
  });

  test('a user has its name, its groups and its namespace, and no rights', async () => {
    const groups = ['developers', 'testers'];
    const kubeconfig = await controlPlane.userKubeconfig('ann', { groups, namespace: 'shop' });
    const { stdout } = await controlPlane.kubectl(['auth', 'whoami', '-o', 'json'], { kubeconfig });
    expect(JSON.parse(stdout).status.userInfo).toMatchObject({
      username: 'ann',
      groups: [...groups, 'system:authenticated'],
    });
    const refused = await controlPlane.kubectl(['get', 'pods'], { kubeconfig, tolerate: true });
    expect(refused.stderr).toContain('in the namespace "shop"');
  });
});

describe('kubectl on the control plane', () => {
  test('reads its input and keeps its cache in the folder of the control plane', async () => {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'piped' } });
    const { stdout } = await controlPlane.kubectl(['apply', '-f', '-'], { input });
    expect(stdout).toBe('configmap/piped created\n');
    expect(
      await readFile(
        `${controlPlane.folder}/.kube/cache/discovery/${controlPlane.serverUrl.slice(8).replace(':', '_')}/servergroups.json`,
        'utf8',
      ),
    ).toContain('apps');
  });

  test('rejects with what it wrote and its exit code', async () => {
    const error = await readConfigMap('absent').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(KubectlError);
    expect(error).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"absent" not found') });
  });

  test('ends when aborted', async () => {
    const watch = controlPlane.kubectl(['get', 'pods', '--watch'], { signal: AbortSignal.timeout(300) });
    await expect(watch).rejects.toThrow(/abort/i);
  });

  test('is of the same version as the server', async () => {
    const { stdout } = await controlPlane.kubectl(['version', '-o', 'json']);
    const { clientVersion, serverVersion } = JSON.parse(stdout);
    expect(serverVersion.gitVersion).toBe(clientVersion.gitVersion);
    expect(serverVersion).toMatchObject({ major: '1', minor: '36' });
  });
});

describe('installCrd', () => {
  test('gives back once the API server serves our resource, also when it did before', async () => {
    await installCrd(controlPlane);
    await installCrd(controlPlane);
    const { stderr } = await controlPlane.kubectl(['get', 'edgeappversions', '--namespace=default']);
    expect(stderr).toBe('No resources found in default namespace.\n');
  });
});

describe('programs of the control plane', () => {
  test('start again with the data they had, kube-apiserver under an open watch', async () => {
    await createConfigMap('kept', 'before');
    const watch = controlPlane.kubectl(['get', 'configmaps', '--watch'], { tolerate: true });
    await controlPlane.restartApiServer();
    await controlPlane.restartEtcd('SIGKILL');
    await watch;
    expect((await readConfigMap('kept')).stdout).toBe('before');
  });

  test('do not run between stop and start', async () => {
    await controlPlane.stopApiServer('SIGKILL');
    await controlPlane.stopEtcd('SIGKILL');
    expect(controlPlane.processIds()).toMatchObject({ etcd: undefined, apiServer: undefined });
    await controlPlane.startEtcd();
    await controlPlane.startApiServer();
    expect((await createConfigMap('again', 'x')).exitCode).toBe(0);
  });

  test('finish the deletion of a namespace', async () => {
    await controlPlane.kubectl(['create', 'namespace', 'short-lived']);
    await controlPlane.kubectl(['create', 'configmap', 'inside', '--namespace=short-lived']);
    await controlPlane.kubectl(['delete', 'namespace', 'short-lived', '--wait']);
    const { stderr } = await controlPlane.kubectl(['get', 'namespace', 'short-lived'], { tolerate: true });
    expect(stderr).toContain('NotFound');
  });

  test('collect an object whose owner is deleted', async () => {
    await createConfigMap('owner', 'x');
    const { stdout: uid } = await controlPlane.kubectl([
      'get',
      'configmap',
      'owner',
      '-o',
      'jsonpath={.metadata.uid}',
    ]);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    const owned = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owned', ownerReferences } };
    await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(owned) });
    await controlPlane.kubectl(['delete', 'configmap', 'owner']);
    await controlPlane.kubectl(['wait', '--for=delete', 'configmap/owned', '--timeout=50s']);
    expect((await readConfigMap('owned', { tolerate: true })).stderr).toContain('NotFound');
  });
});

describe('several control planes', () => {
  test('run beside each other on data and ports of their own', async () => {
    await createConfigMap('shared-name', 'first');
    await using other = await startControlPlane({ durable: true });
    expect(other.serverUrl).not.toBe(controlPlane.serverUrl);
    const absent = await other.kubectl(['get', 'configmap', 'shared-name'], { tolerate: true });
    expect(absent.stderr).toContain('NotFound');
    expect((await readConfigMap('shared-name')).stdout).toBe('first');
    expect(await argumentsOf(other)).not.toContain('--unsafe-no-fsync');
    expect(await argumentsOf(controlPlane)).toContain('--unsafe-no-fsync');
  });
});

describe('compaction of etcd', () => {
  test('ends a watch from an older version with a 410', async () => {
    await using plane = await startControlPlane({ apiServerFlags: ['--watch-cache=false'] });
    const create = ['create', 'configmap', 'watched', '-o', 'jsonpath={.metadata.resourceVersion}'];
    const { stdout: version } = await plane.kubectl(create);
    await plane.kubectl(['label', 'configmap', 'watched', 'step=1']);
    const path = `/api/v1/configmaps?watch=true&resourceVersion=${version}&timeoutSeconds=1`;
    const before = await plane.kubectl(['get', '--raw', path]);
    expect(JSON.parse(before.stdout).type).toBe('MODIFIED');
    await plane.compactEtcd();
    const after = await plane.kubectl(['get', '--raw', path]);
    expect(JSON.parse(after.stdout)).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
  });
});

async function argumentsOf(plane: ControlPlane): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', `${plane.processIds().etcd}`]);
  return stdout;
}
