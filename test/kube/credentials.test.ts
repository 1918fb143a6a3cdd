import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CredentialSource } from '../../src/kube/credentials.ts';
import { CertificateAuthority } from '../control-plane/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { KubeSession } from './kube-session.ts';
import { LogRecorder } from './log-recorder.ts';
import { type Answer, json, RawApiServer, refusal } from './raw-api-server.ts';

const get = { method: 'GET', path: '/api/v1/things' } as const;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgeapp-credentials-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A server that accepts one token, which a test may change. */
function accepting(token: { value: string }): Answer {
  return (response, request) => {
    const isGood = request.headers.authorization === `Bearer ${token.value}`;
    (isGood ? json(200, {}) : refusal(401, 'Unauthorized'))(response, request);
  };
}

describe('a token file', () => {
  const withFile = (tokenFile: string) => ({ authProvider: { name: 'tokenFile', config: { tokenFile } } });

  it('is read again when the API server refuses the token, once for all calls', async () => {
    const token = { value: 'first' };
    const file = join(folder, 'token');
    await writeFile(file, 'first\n');
    await using server = await RawApiServer.start(accepting(token));
    await using session = new KubeSession(server.kubeConfig(withFile(file)));
    await session.transport.request(get);
    token.value = 'second';
    await writeFile(file, 'second\n');
    await Promise.all(
      Array.from({ length: 8 }, () => session.transport.request({ ...get, method: 'POST', body: '{}' })),
    );
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer second');
  });

  it('is read again beside the calls when it is a minute old', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'first');
    await using server = await RawApiServer.start(json(200, {}));
    const clock = new VirtualClock();
    await using session = new KubeSession(server.kubeConfig(withFile(file)), { clock });
    await session.transport.request(get);
    await writeFile(file, 'second');
    await clock.advance(59_000);
    await session.transport.request(get);
    await clock.advance(2_000);
    await eventually(async () => {
      await session.transport.request(get);
      expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer second');
    });
    expect(server.requests.slice(0, 3).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer first',
      'Bearer first',
    ]);
  });

  it('stays in use with a warning when it cannot be read again', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'first');
    await using server = await RawApiServer.start(json(200, {}));
    const clock = new VirtualClock();
    await using session = new KubeSession(server.kubeConfig(withFile(file)), { clock });
    await session.transport.request(get);
    await rm(file);
    await clock.advance(61_000);
    await session.transport.request(get);
    await eventually(() => expect(session.log.messages('warn')).toHaveLength(1));
    await session.transport.request(get);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer first');
  });

  it('is named in the error where it is a folder', async () => {
    await using server = await RawApiServer.start(json(200, {}));
    await using session = new KubeSession(server.kubeConfig(withFile(folder)));
    await expect(session.transport.request(get)).rejects.toThrow(`${folder} is a folder, not a file`);
  });

  it('fails the call with a clear error when there has never been one', async () => {
    await using server = await RawApiServer.start(json(200, {}));
    await using session = new KubeSession(server.kubeConfig(withFile(join(folder, 'token'))));
    await expect(session.transport.request(get)).rejects.toMatchObject({
      code: 'CredentialsUnavailable',
      message: `cannot get Kubernetes credentials of user "tester": ${join(folder, 'token')} is not there`,
    });
  });

  it('gives up after the second 401', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'wrong');
    await using server = await RawApiServer.start(refusal(401, 'Unauthorized'));
    await using session = new KubeSession(server.kubeConfig(withFile(file)));
    await expect(session.transport.request(get)).rejects.toMatchObject({ code: 'Unauthorized', status: 401 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a credential plugin', () => {
  /** Prints `token`, as it is in the file `next`, and notes each run. */
  async function plugin(output: string) {
    const script = join(folder, 'plugin.mjs');
    await writeFile(
      script,
      `import { appendFileSync, readFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(join(folder, 'runs'))}, 'x');
       const token = readFileSync(${JSON.stringify(join(folder, 'next'))}, 'utf8');
       console.log(${output});`,
    );
    return { exec: { command: process.execPath, args: [script] } };
  }
  const good = 'JSON.stringify({ status: { token } })';
  const countRuns = async () => (await readFile(join(folder, 'runs'), 'utf8')).length;

  it('runs once for many calls, and once more when its token is refused', async () => {
    const token = { value: 'first' };
    await writeFile(join(folder, 'next'), 'first');
    await using server = await RawApiServer.start(accepting(token));
    await using session = new KubeSession(server.kubeConfig(await plugin(good)));
    const callAll = () => Promise.all(Array.from({ length: 8 }, () => session.transport.request(get)));
    await callAll();
    expect(await countRuns()).toBe(1);
    token.value = 'second';
    await writeFile(join(folder, 'next'), 'second');
    await callAll();
    expect(await countRuns()).toBe(2);
  });

  it('does not hold a call beyond its deadline', async () => {
    const script = join(folder, 'hang.mjs');
    await writeFile(script, 'await new Promise((r) => setTimeout(r, 3000));');
    await using server = await RawApiServer.start(json(200, {}));
    const exec = { command: process.execPath, args: [script] };
    await using session = new KubeSession(server.kubeConfig({ exec }));
    const call = session.transport.request({ ...get, deadlineMs: 50 });
    await expect(call).rejects.toMatchObject({ code: 'DeadlineExceeded' });
  });

  it('that fails is spared for a while that grows, however many calls there are', async () => {
    await writeFile(join(folder, 'next'), 'first');
    await using server = await RawApiServer.start(json(200, {}));
    const clock = new VirtualClock();
    const failing = await plugin("console.error('not logged in'), process.exit(3)");
    await using session = new KubeSession(server.kubeConfig(failing), { clock });
    for (const [afterMs, runs] of [
      [0, 1],
      [999, 1],
      [1, 2],
      [1_999, 2],
      [1, 3],
    ] as const) {
      await clock.advance(afterMs);
      for (let call = 0; call < 10; call += 1) {
        await expect(session.transport.request(get)).rejects.toMatchObject({
          code: 'CredentialsUnavailable',
          message: expect.stringContaining('it ended with exit code 3: not logged in'),
        });
      }
      expect(await countRuns()).toBe(runs);
    }
    await plugin(good);
    await clock.advance(4_000);
    await session.transport.request(get);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer first');
  });

  it('that fails later is not asked with every call, and its old token stays in use', async () => {
    await writeFile(join(folder, 'next'), 'first');
    await using server = await RawApiServer.start(json(200, {}));
    const clock = new VirtualClock();
    const soonOver = 'JSON.stringify({ status: { token, expirationTimestamp: "2026-01-01T00:00:30Z" } })';
    await using session = new KubeSession(server.kubeConfig(await plugin(soonOver)), { clock });
    await session.transport.request(get);
    await plugin('process.exit(1)');
    await clock.advance(61_000);
    for (let call = 0; call < 10; call += 1) await session.transport.request(get);
    await eventually(() => expect(session.log.messages('warn')).toHaveLength(1));
    for (let call = 0; call < 10; call += 1) await session.transport.request(get);
    expect(await countRuns()).toBe(2);
    expect(session.log.messages('warn')).toHaveLength(1);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer first');
  });

  it('runs once at a time for all who share it, and is killed with what it started when it hangs', async () => {
    const script = join(folder, 'hang.mjs');
    await writeFile(
      script,
      `import { appendFileSync } from 'node:fs';
       import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       appendFileSync(${JSON.stringify(join(folder, 'pids'))}, process.pid + ' ' + child.pid + '\\n');
       setInterval(() => {}, 1000);`,
    );
    await using server = await RawApiServer.start(json(200, {}));
    const clock = new VirtualClock();
    const kubeConfig = server.kubeConfig({ exec: { command: process.execPath, args: [script] } });
    const credentials = new CredentialSource(kubeConfig, { clock, logger: new LogRecorder() });
    await using one = new KubeSession(kubeConfig, { clock, credentials });
    await using other = new KubeSession(kubeConfig, { clock, credentials });
    const calls = Promise.allSettled(
      [one, other, one].map(({ transport }) => transport.request({ ...get, deadlineMs: 60_000 })),
    );
    const pids = await eventually(async () => {
      const [line = ''] = (await readFile(join(folder, 'pids'), 'utf8')).split('\n');
      expect(line).toMatch(/^\d+ \d+$/);
      return line.split(' ').map(Number);
    });
    await clock.advance(30_000);
    for (const outcome of await calls) {
      expect(outcome).toMatchObject({
        reason: { message: expect.stringContaining('it did not end within 30 s, and was killed') },
      });
    }
    await eventually(() => {
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
    expect((await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it('is told what the kubeconfig says, and what the operator sees', async () => {
    await writeFile(join(folder, 'next'), '');
    await using server = await RawApiServer.start(json(200, {}));
    const { exec } = await plugin(
      'JSON.stringify({ status: { token: [process.env.A, process.env.B, process.env.KUBERNETES_EXEC_INFO].join() } })',
    );
    const kubeConfig = server.kubeConfig({
      exec: {
        ...exec,
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        provideClusterInfo: true,
        env: [{ name: 'B', value: 'two' }],
      },
    });
    const options = {
      clock: new VirtualClock(),
      logger: new LogRecorder(),
      pluginEnvironment: { A: 'one', B: 'one' },
    };
    const { headers } = await new CredentialSource(kubeConfig, options).current();
    const [, a, b, info = ''] = headers.authorization?.match(/^Bearer (\w+),(\w+),(.*)$/) ?? [];
    expect([a, b]).toEqual(['one', 'two']);
    expect(JSON.parse(info)).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: server.url } },
    });
  });

  it.each([
    ['a missing command', { command: '/nowhere/login' }, 'there is no such command'],
    ['no credential', { command: '/bin/echo', args: ['{"status":{}}'] }, 'has neither status.token nor'],
    ['nothing', { command: '/bin/echo', args: ['null'] }, 'has neither status.token nor'],
    ['an empty command', { command: '' }, 'cannot be empty'],
    ['no list of variables', { command: '/bin/echo', env: { A: 'b' } }, 'env'],
  ])('that is or gives %s is named in the error', async (_, exec, says) => {
    await using server = await RawApiServer.start(json(200, {}));
    await using session = new KubeSession(server.kubeConfig({ exec }));
    await expect(session.transport.request(get)).rejects.toThrow(
      new RegExp(`the credential plugin "${exec.command}": .*${says}`),
    );
  });

  it('never has its output in an error', async () => {
    await writeFile(join(folder, 'next'), 'very-secret');
    await using server = await RawApiServer.start(json(200, {}));
    await using session = new KubeSession(server.kubeConfig(await plugin('token')));
    const error: Error = await session.transport.request(get).then(
      () => expect.unreachable(),
      (failure) => failure,
    );
    expect(error.message).toContain(process.execPath);
    expect(error.message).toContain('not valid JSON');
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('very-secret');
  });
});

describe('a client certificate', () => {
  it('is taken from its files anew, with new connections, when they change', async () => {
    const authority = await CertificateAuthority.create();
    const { certificate, privateKey } = await authority.issueServerCertificate();
    const tls = { cert: certificate, key: privateKey, ca: authority.certificate, requestCert: true };
    const server = createServer(tls, ({ socket }, response) => {
      const { subject } = (socket as TLSSocket).getPeerCertificate();
      response.end(JSON.stringify({ name: subject.CN }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const [certFile, keyFile, caFile] = ['cert', 'key', 'ca'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const issue = async (name: string) => {
      const issued = await authority.issueClientCertificate(name, []);
      await writeFile(certFile, issued.certificate);
      await writeFile(keyFile, issued.privateKey);
    };
    await writeFile(caFile, authority.certificate);
    await issue('first');
    const kubeConfig = new KubeConfig();
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    kubeConfig.loadFromClusterAndUser(
      { name: 'tls', server: url, caFile, skipTLSVerify: false },
      { name: 'tester', certFile, keyFile },
    );
    const clock = new VirtualClock();
    {
      await using session = new KubeSession(kubeConfig, { clock });
      const whoAmI = () => session.transport.request<{ name: string }>(get).then(({ name }) => name);
      expect(await whoAmI()).toBe('first');
      await issue('second');
      expect(await whoAmI()).toBe('first');
      await clock.advance(61_000);
      await eventually(async () => expect(await whoAmI()).toBe('second'));
    }
    await new Promise((resolve) => server.close(resolve));
  });
});
