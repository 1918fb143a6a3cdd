import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { currentNamespace, loadKubeConfig } from '../../src/kube/load-kube-config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgeapp-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

function aKubeconfig(name: string, overrides: object = {}) {
  return {
    'current-context': name,
    clusters: [{ name, cluster: { server: `https://${name}.example.com` } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: { token: 'secret' } }],
    ...overrides,
  };
}

async function write(name: string, content: object | string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

const serverOf = (options: Parameters<typeof loadKubeConfig>[0]) =>
  loadKubeConfig(options).getCurrentCluster()?.server;

describe('where it looks', () => {
  it('takes the named file before everything else', async () => {
    const file = await write('named', aKubeconfig('named'));
    const other = await write('other', aKubeconfig('other'));
    expect(serverOf({ file, env: { KUBECONFIG: other, KUBERNETES_SERVICE_HOST: '10.0.0.1' } })).toBe(
      'https://named.example.com',
    );
  });

  const fromList = (...files: string[]) => loadKubeConfig({ env: { KUBECONFIG: files.join(delimiter) } });

  it('puts the files in KUBECONFIG together, the first of equal names and the first current context counting', async () => {
    const nameless = { 'current-context': undefined };
    const first = await write('first', aKubeconfig('a', nameless));
    const second = await write('second', {
      ...aKubeconfig('b'),
      clusters: [
        { name: 'a', cluster: { server: 'https://other.example.com' } },
        { name: 'b', cluster: { server: 'https://b.example.com' } },
      ],
      users: [
        { name: 'b', user: { token: 'b' } },
        { name: 'a', user: { token: 'other' } },
      ],
    });
    const third = await write('third', aKubeconfig('c'));
    const kubeConfig = fromList(first, second, third);
    expect(kubeConfig.getCurrentContext()).toBe('b');
    expect(kubeConfig.getContexts().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(kubeConfig.getCluster('a')?.server).toBe('https://a.example.com');
    expect(kubeConfig.getUser('a')?.token).toBe('secret');
  });

  it('passes over files in KUBECONFIG that are missing, empty or named twice', async () => {
    const empty = await write('empty', '# nothing yet\n');
    const only = await write('only', aKubeconfig('only'));
    const kubeConfig = fromList(join(folder, 'missing'), '', empty, only, only);
    expect(kubeConfig.getCurrentContext()).toBe('only');
    expect(kubeConfig.getClusters()).toHaveLength(1);
  });

  it('reads parts of one context from several files, each path relative to its own file', async () => {
    await mkdir(join(folder, 'sub'));
    const clusters = {
      clusters: [
        { name: 'a', cluster: { server: 'https://a.example.com', 'certificate-authority': 'ca.crt' } },
      ],
    };
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './bin/login' };
    const one = await write('one', { clusters: aKubeconfig('a', clusters).clusters });
    const two = await write('sub/two', { users: [{ name: 'a', user: { exec } }] });
    const { contexts } = aKubeconfig('a');
    const three = await write('three', { contexts, 'current-context': 'a' });
    const kubeConfig = fromList(one, two, three);
    expect(kubeConfig.getCurrentCluster()?.caFile).toBe(join(folder, 'ca.crt'));
    expect(kubeConfig.getCurrentUser()?.exec.command).toBe(join(folder, 'sub', 'bin', 'login'));
  });

  it("takes the pod's ServiceAccount before the file in the home folder", async () => {
    await mkdir(join(folder, '.kube'));
    await write('.kube/config', aKubeconfig('home'));
    await write('token', 'secret');
    await write('ca.crt', 'pem');
    const env = { HOME: folder, KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
    const kubeConfig = loadKubeConfig({ env, serviceAccountFolder: folder });
    expect(kubeConfig.getCurrentCluster()).toMatchObject({
      server: 'https://[fd00::1]:6443',
      caFile: join(folder, 'ca.crt'),
    });
    expect(serverOf({ env: { HOME: folder } })).toBe('https://home.example.com');
  });

  it('finds files that a kubeconfig names beside it', async () => {
    const users = [{ name: 'a', user: { tokenFile: 'token' } }];
    const clusters = [
      { name: 'a', cluster: { server: 'https://a.example.com', 'certificate-authority': 'ca.crt' } },
    ];
    const file = await write('relative', aKubeconfig('a', { users, clusters }));
    const kubeConfig = loadKubeConfig({ file, env: {} });
    expect(kubeConfig.getCurrentCluster()?.caFile).toBe(join(folder, 'ca.crt'));
    expect(kubeConfig.getCurrentUser()?.authProvider.config.tokenFile).toBe(join(folder, 'token'));
  });
});

describe('the namespace it is for', () => {
  const inPod = () =>
    loadKubeConfig({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, serviceAccountFolder: folder });

  it("is the pod's own", async () => {
    await write('token', 'secret');
    await write('ca.crt', 'pem');
    expect(currentNamespace(inPod())).toBe('default');
    await write('namespace', 'edgeapp-system\n');
    expect(currentNamespace(inPod())).toBe('edgeapp-system');
  });

  it.each([
    { context: { namespace: 'shop' }, expected: 'shop' },
    { context: {}, expected: 'default' },
  ])('is $expected where the context has $context', async ({ context, expected }) => {
    const contexts = [{ name: 'a', context: { cluster: 'a', user: 'a', ...context } }];
    const file = await write('a', aKubeconfig('a', { contexts }));
    expect(currentNamespace(loadKubeConfig({ file, env: {} }))).toBe(expected);
  });
});

describe('the proxy to the API server', () => {
  const env = { HTTPS_PROXY: 'http://env.example:3128', NO_PROXY: '10.0.0.0/8' };
  const proxyOf = async (cluster: object) => {
    const clusters = [{ name: 'a', cluster: { server: 'https://a.example.com', ...cluster } }];
    const file = await write('a', aKubeconfig('a', { clusters }));
    return loadKubeConfig({ file, env }).getCurrentCluster()?.proxyUrl;
  };

  it.each([
    { cluster: {}, proxy: 'http://env.example:3128/' },
    { cluster: { server: 'https://10.96.0.1' }, proxy: undefined },
    { cluster: { server: 'https://127.0.0.1:6443' }, proxy: undefined },
    { cluster: { 'proxy-url': 'http://own.example' }, proxy: 'http://own.example/' },
    {
      cluster: { server: 'https://127.0.0.1:6443', 'proxy-url': 'https://own.example' },
      proxy: 'https://own.example/',
    },
  ])('is $proxy for the cluster $cluster', async ({ cluster, proxy }) => {
    expect(await proxyOf(cluster)).toBe(proxy);
  });

  it('is refused with SOCKS, naming the cluster and no password', async () => {
    await expect(proxyOf({ 'proxy-url': 'socks5://me:secret@own.example' })).rejects.toThrow(
      /^the proxy-url of cluster "a" in the kubeconfig must be .*SOCKS is not supported.*"socks5:\/\/\*\*\*@own.example"$/,
    );
  });
});

describe('a server without TLS', () => {
  const load = async (server: string, user: object, cluster: object = {}) => {
    const clusters = [{ name: 'a', cluster: { server, ...cluster } }];
    const file = await write('plain', aKubeconfig('a', { clusters, users: [{ name: 'a', user }] }));
    return loadKubeConfig({ file, env: {} }).getCurrentCluster()?.server;
  };
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'login' };

  it.each([
    { token: 'secret' },
    { tokenFile: 'token' },
    { username: 'me', password: 'secret' },
    { exec },
    { 'auth-provider': { name: 'oidc', config: {} } },
  ])('beyond this machine is refused where the user has %j', async (user) => {
    await expect(load('http://api.example.com', user)).rejects.toThrow(
      /^cluster "a" .* has the server http:\/\/api\.example\.com, without TLS, .* user "a": use https:\/\//,
    );
    expect(await load('http://127.0.0.1:8001', user)).toBe('http://127.0.0.1:8001');
    for (const spelled of ['HTTP://api.example.com', ' http://api.example.com'])
      await expect(load(spelled, user)).rejects.toThrow('without TLS');
    await expect(load('http://127.0.0.1', user, { 'proxy-url': 'http://p.example' })).rejects.toThrow(
      'without TLS',
    );
  });

  it('is taken where there is nothing to give away', async () => {
    expect(await load('http://api.example.com', {})).toBe('http://api.example.com');
  });
});

describe('what it refuses', () => {
  const withCluster = (cluster: object) => aKubeconfig('a', { clusters: [{ name: 'a', cluster }] });
  const wrongType = 'is not valid: a field of it has another type than kubectl takes';

  it.each<[string, object | string, string]>([
    ['broken YAML', 'users: [{name: a, user: {token: secret', 'is not valid'],
    ['a text', 'hello', 'is not valid: it is no YAML mapping'],
    ['an empty file', '', 'is empty'],
    ['no current context', aKubeconfig('a', { 'current-context': undefined }), 'names no current context'],
    [
      'a current context that is not there',
      aKubeconfig('a', { 'current-context': 'b' }),
      'names the current context "b", which it lacks; its contexts: a',
    ],
    ['a missing cluster', aKubeconfig('a', { clusters: [] }), 'context "a" needs cluster "a"'],
    ['a missing user', aKubeconfig('a', { users: [] }), 'context "a" needs user "a"'],
    ...['example', 'example:6443', 'ftp://example', 'unix:///run/kube', '//example'].map(
      (server): [string, object, string] => [
        `the server ${server}`,
        withCluster({ server }),
        `cluster "a" needs an https:// address as server, not "${server}"`,
      ],
    ),
    [
      'a password in the server',
      withCluster({ server: 'https://me:secret@example' }),
      'not "https://***@example"',
    ],
    ['a number as server', withCluster({ server: 6443 }), wrongType],
    ['a number as proxy', withCluster({ server: 'https://a', 'proxy-url': 5 }), wrongType],
    ['a user without content', aKubeconfig('a', { users: [null] }), wrongType],
    [
      'a number as plugin',
      aKubeconfig('a', { users: [{ name: 'a', user: { exec: { command: 5 } } }] }),
      wrongType,
    ],
  ])('is %s, naming the file and the fault, never a token', async (_, content, fault) => {
    const file = await write('bad', content);
    const error = captureError(() => loadKubeConfig({ file, env: {} }));
    expect(error).toMatchObject({ name: 'KubeError', code: 'KubeconfigUnusable' });
    expect(error.message).toContain(`kubeconfig ${file}`);
    expect(error.message).toContain(fault);
    expect(error.message).not.toContain('secret');
  });

  it.each([
    ['missing', 'is not there'],
    ['file/below', 'a part of its path is a file, not a folder'],
    ['', 'is a folder, not a file'],
  ])('is %j that cannot be read, whether named or listed', async (name, fault) => {
    await write('file', aKubeconfig('a'));
    const file = join(folder, name);
    const named = captureError(() => loadKubeConfig({ file, env: {} }));
    expect(named.message).toContain(fault);
    expect(named.message).toContain(file);
    const listed = captureError(() => loadKubeConfig({ env: { KUBECONFIG: file } }));
    expect(listed.message).toContain(file);
    expect(listed.message).not.toMatch(/ENOENT|EISDIR|ENOTDIR/);
  });

  it('is a pod without its token', () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
    const error = captureError(() => loadKubeConfig({ env, serviceAccountFolder: folder }));
    expect(error.message).toContain('automountServiceAccountToken');
  });

  it('is a pod whose API server has no address', async () => {
    for (const name of ['token', 'ca.crt']) await write(name, '');
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: 'tcp://10.0.0.1:443' };
    const error = captureError(() => loadKubeConfig({ env, serviceAccountFolder: folder }));
    expect(error).toMatchObject({ code: 'KubeconfigUnusable' });
    expect(error.message).toContain('needs an https:// address as server');
  });

  it('is nothing at all, naming each place', () => {
    const error = captureError(() => loadKubeConfig({ env: { HOME: folder } }));
    for (const place of ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST', '~/.kube/config']) {
      expect(error.message).toContain(place);
    }
  });
});

function captureError(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  return expect.unreachable('it should have been refused');
}
