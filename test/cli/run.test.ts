import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { EdgeappProcess } from './edgeapp-process.ts';

const keys = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'some-key-id',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'some-key-secret',
};
const target = ['--esa-endpoint', 'http://127.0.0.1:9', '--owner-id', 'test'];

/** Nothing listens on the discard port. */
const kubeconfig = `
apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: someone, user: {token: some-token}}]
contexts: [{name: here, context: {cluster: nowhere, user: someone}}]
current-context: here
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgeapp-run-'));
  await writeFile(join(folder, 'config'), kubeconfig);
  await writeFile(
    join(folder, 'far'),
    kubeconfig.replace('http://127.0.0.1:9', 'https://api.example.com:6443'),
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('edgeapp run', () => {
  it('reports all mistakes of flags and environment together and starts nothing', async () => {
    const { exitCode, stdout, stderr } = await new EdgeappProcess({
      args: ['run', '--concurrency', 'many', '--namespace', '--colour', 'red'],
      env: {
        ...keys,
        ALIBABA_CLOUD_ACCESS_KEY_ID: '',
        EDGEAPP_OWNER: 'x',
        EDGEAPP_ESA_ENDPOINT: 'esa.example.com',
      },
    }).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    const named = stderr.match(/^error: \S+/gm);
    expect(named?.sort()).toEqual([
      'error: --colour',
      'error: --concurrency',
      'error: --namespace',
      'error: --owner-id',
      'error: ALIBABA_CLOUD_ACCESS_KEY_ID',
      'error: EDGEAPP_ESA_ENDPOINT',
      'error: EDGEAPP_OWNER',
    ]);
    expect(stderr).not.toContain('some-key-secret');
  });

  it('ends with exit code 1 and the reason when the kubeconfig cannot be used', async () => {
    const file = join(folder, 'missing');
    const { exitCode, stderr } = await new EdgeappProcess({
      args: ['run', ...target, '--kubeconfig', file],
      env: keys,
    }).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: .*${file}.*\n$`, 'm'));
  });

  it('says what it connects to, and by which proxies, but no password', async () => {
    await using proxy = await ConnectProxy.start();
    await using operator = new EdgeappProcess({
      args: [
        'run',
        ...target,
        '--esa-endpoint',
        'https://esa.example.com',
        '--kubeconfig',
        join(folder, 'far'),
      ],
      env: {
        ...keys,
        https_proxy: proxy.url('me:hunter2'),
        NO_PROXY: 'esa.example.com',
        EDGEAPP_HEALTH_BIND_ADDRESS: '127.0.0.1:0',
      },
    });
    const [line] = await operator.printed(/^.*"msg":"Connections".*$/m);
    expect(JSON.parse(line)).toMatchObject({
      esaEndpoint: 'https://esa.example.com',
      esaProxy: 'none',
      apiServer: 'https://api.example.com:6443',
      apiServerProxy: proxy.url(),
    });
    await operator.printed(/gave no connection|refused a connection/);
    expect(proxy.asked).toContain('api.example.com:6443');
    const { stderr } = await operator.stop();
    expect(stderr).not.toMatch(/hunter2|some-key|some-token/);
  });

  const offline = () => ['--kubeconfig', join(folder, 'config'), '--health-bind-address', '127.0.0.1:0'];

  it.each([
    ['throw new RangeError("some bug")', 'uncaughtException', /RangeError: some bug\n +at /],
    ['Promise.reject("no error at all")', 'unhandledRejection', /no error at all/],
  ])(
    'logs what nothing caught, with its stack, and ends with exit code 1: %s',
    async (bug, origin, stack) => {
      const preload = `process.on("SIGUSR2", () => { ${bug} })`;
      await using operator = new EdgeappProcess({
        ...{ args: ['run', ...target, ...offline()], env: keys },
        nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
      });
      await operator.printed(/"healthPort"/);
      const { exitCode, stderr } = await operator.stop('SIGUSR2');
      expect(exitCode).toBe(1);
      const last = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
      expect(last).toMatchObject({ level: 'error', msg: 'Unexpected error, ending the process', origin });
      expect(last.error.stack).toMatch(stack);
    },
  );

  it('ends in order on a SIGTERM that comes while it starts', async () => {
    // As early as there is somebody who listens to it.
    const preload = `process.on("newListener", (name) => {
      if (name === "SIGTERM") setImmediate(() => process.kill(process.pid, "SIGTERM"));
    })`;
    const { exitCode, stderr } = await new EdgeappProcess({
      ...{ args: ['run', ...target, ...offline()], env: keys },
      nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
    }).ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ msg: 'Stopped' });
    expect(stderr).not.toContain('Starting workers');
  });

  it('ends with exit code 1 and the reason when the address for its health is taken', async () => {
    await using other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const flags = [...offline().slice(0, -1), `127.0.0.1:${port}`];
    const { exitCode, stderr } = await new EdgeappProcess({ args: ['run', ...target, ...flags], env: keys })
      .ended;
    expect(exitCode).toBe(1);
    expect(stderr.split('\n').at(-2)).toBe(
      `error: /healthz and /readyz cannot be served on 127.0.0.1:${port}: another process listens there; choose another --health-bind-address`,
    );
  });

  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    'is live but not ready while there is no API server, opens no inspector, and ends in order on %s',
    async (signal) => {
      await using operator = new EdgeappProcess({ args: ['run', ...target, ...offline()], env: keys });
      const [, port] = await operator.printed(/"healthPort":(\d+)/);
      const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
      expect(await status('/healthz')).toBe(200);
      expect(await status('/readyz')).toBe(500);
      expect(await status('/readyz/watch-heard')).toBe(500);
      operator.signal('SIGUSR1');
      for (let round = 0; round < 20; round += 1) expect(await status('/healthz')).toBe(200);
      const { exitCode, stdout, stderr } = await operator.stop(signal);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      const lines = stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines[0]).toMatchObject({
        level: 'info',
        logger: 'main',
        msg: 'Starting',
        settings: { ownerId: 'test' },
      });
      expect(lines.at(-1)).toMatchObject({ level: 'info', logger: 'main', msg: 'Stopped' });
      expect(stderr).not.toMatch(/some-key|some-token|Debugger listening/);
    },
  );
});
