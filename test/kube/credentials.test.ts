import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CertificateAuthority } from '../control-plane/certificates.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { KubeSession } from './kube-session.ts';
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
    await vi.waitFor(async () => {
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
    await vi.waitFor(() => expect(session.log.messages('warn')).toHaveLength(1));
    await session.transport.request(get);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer first');
  });

  it('fails the call with a clear error when there has never been one', async () => {
    await using server = await RawApiServer.start(json(200, {}));
    await using session = new KubeSession(server.kubeConfig(withFile(join(folder, 'token'))));
    await expect(session.transport.request(get)).rejects.toMatchObject({
      code: 'CredentialsUnavailable',
      message: expect.stringContaining('ENOENT'),
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
      await vi.waitFor(async () => expect(await whoAmI()).toBe('second'));
    }
    await new Promise((resolve) => server.close(resolve));
  });
});
