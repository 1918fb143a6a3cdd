import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { KubeError } from '../../src/kube/kube-error.ts';
import { withCluster } from '../../src/kube/with-cluster.ts';
import { CertificateAuthority } from '../control-plane/certificates.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { KubeSession } from './kube-session.ts';
import { type Answer, json, RawApiServer, refusal, reset } from './raw-api-server.ts';
import { stored } from './watch-script.ts';

const get = { method: 'GET', path: '/api/v1/things' } as const;

async function failureOf(promise: Promise<unknown>): Promise<KubeError> {
  return promise.then(
    () => expect.unreachable('the call should have failed'),
    (error: KubeError) => error,
  );
}

/** Waits until the code under test sleeps, and lets that time pass. */
/** The wait between two tries of a call; its deadline sleeps beside it. */
async function letSleepPass(clock: VirtualClock): Promise<void> {
  await eventually(() => expect(clock.sleeping).toBe(2));
  await clock.advance(clock.nextDueInMs ?? 0);
}

describe('a call', () => {
  it('goes over a few connections however many there are', async () => {
    await using server = await RawApiServer.start(json(200, {}));
    await using session = new KubeSession(server.kubeConfig(), { connections: 3 });
    await Promise.all(Array.from({ length: 200 }, () => session.transport.request(get)));
    expect(server.requests).toHaveLength(200);
    expect(server.connections).toBeLessThanOrEqual(3);
  });

  it('keeps the path of a server behind a gateway', async () => {
    await using server = await RawApiServer.start(json(200, {}));
    await using session = new KubeSession(server.kubeConfig({}, '/k8s/clusters/c-1/'));
    await session.transport.request(get);
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/things');
  });

  it.each(['http', 'https'])('and a stream without TLS go to a proxy that speaks %s', async (scheme) => {
    const authority = await CertificateAuthority.create();
    const tls = scheme === 'https' ? { tls: await authority.issueServerCertificate() } : {};
    await using server = await RawApiServer.start(json(200, {}));
    const targets = { 'api.example.com': new URL(server.url).host };
    await using proxy = await ConnectProxy.start({ targets, user: 'me:p@ss', ...tls });
    const kubeConfig = withCluster(server.kubeConfig(), {
      name: 'raw',
      server: 'http://api.example.com/k8s',
      caData: Buffer.from(authority.certificate).toString('base64'),
      skipTLSVerify: false,
      proxyUrl: proxy.url('me:p%40ss'),
    });
    await using session = new KubeSession(kubeConfig);
    expect(await session.transport.request(get)).toEqual({});
    const stream = await session.transport.stream('/api/v1/things?watch=1', AbortSignal.timeout(10_000));
    expect(await text(stream.chunks)).toBe('{}');
    const base = 'http://api.example.com/k8s/api/v1/things';
    expect(proxy.asked).toEqual([base, `${base}?watch=1`]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/k8s/api/v1/things', '/k8s/api/v1/things']);
  });

  it.each([
    [407, 'ProxyRefused'],
    [503, 'ProxyUnavailable'],
  ])('and a stream through a proxy that refuses with %i end as %s', async (refusesWith, code) => {
    await using server = await RawApiServer.start(json(200, {}));
    await using proxy = await ConnectProxy.start({ refusesWith });
    const cluster = { name: 'raw', server: 'https://api.example.com', skipTLSVerify: false };
    const proxyUrl = proxy.url('me:hunter2');
    await using session = new KubeSession(withCluster(server.kubeConfig(), { ...cluster, proxyUrl }));
    const failures = [
      await failureOf(session.transport.request(get)),
      await failureOf(session.transport.stream(get.path, AbortSignal.timeout(10_000))),
    ];
    const message = `GET /api/v1/things: the proxy ${proxy.url()} refused a connection to api.example.com:443: HTTP ${refusesWith}`;
    for (const failure of failures) {
      expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
    }
  });

  it.each<[string, Answer, object]>([
    [
      'a refusal with a Status',
      refusal(403, 'Forbidden'),
      { code: 'Forbidden', status: 403, reason: 'Forbidden', retryAfterMs: undefined },
    ],
    [
      'a refusal that asks to wait',
      refusal(429, 'TooManyRequests', { 'retry-after': '7' }),
      { code: 'TooManyRequests', status: 429, retryAfterMs: 7000 },
    ],
    [
      'a page of a gateway',
      (response) => response.writeHead(502).end('<html>Bad Gateway</html>'),
      { code: 'HTTP502', status: 502, message: 'GET /api/v1/things: 502 <html>Bad Gateway</html>' },
    ],
    [
      'a success that is not JSON',
      (response) => response.end('welcome'),
      { code: 'InvalidResponse', status: 200 },
    ],
    ['a lost connection', reset, { code: 'UND_ERR_SOCKET', status: undefined }],
  ])('turns %s into a KubeError', async (_, answer, expected) => {
    await using server = await RawApiServer.start(answer);
    await using session = new KubeSession(server.kubeConfig());
    expect(await failureOf(session.transport.request(get))).toMatchObject({ name: 'KubeError', ...expected });
  });

  it('fails in words where the server speaks no TLS, or has several addresses that all refuse', async () => {
    await using server = await RawApiServer.start(json(200, {}));
    const port = new URL(server.url).port;
    for (const [url, text] of [
      [`https://127.0.0.1:${port}`, /^GET \/api\/v1\/things: TLS failed: [a-z ]+$/],
      ['http://localhost:9', /^GET \/api\/v1\/things: .*ECONNREFUSED/],
    ] as const) {
      const cluster = { name: 'raw', server: url, skipTLSVerify: false };
      await using session = new KubeSession(withCluster(server.kubeConfig(), cluster));
      expect((await failureOf(session.transport.request(get))).message).toMatch(text);
    }
  });

  it('ends at its deadline', async () => {
    await using server = await RawApiServer.start(() => {});
    await using session = new KubeSession(server.kubeConfig());
    const error = await failureOf(session.transport.request({ ...get, deadlineMs: 50 }));
    expect(error).toMatchObject({
      code: 'DeadlineExceeded',
      message: 'GET /api/v1/things: no response within 50 ms',
    });
  });

  it.each(['before', 'during'])('ends when its caller gives up %s it', async (when) => {
    await using server = await RawApiServer.start(() => {});
    await using session = new KubeSession(server.kubeConfig());
    const controller = new AbortController();
    if (when === 'before') controller.abort();
    else void server.received(1).then(() => controller.abort());
    const error = await failureOf(session.transport.request({ ...get, signal: controller.signal }));
    expect(error.code).toBe('Aborted');
  });

  it('never shows a token that an answer repeats', async () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
    await using server = await RawApiServer.start((response, { headers }) =>
      response.writeHead(500).end(`bad header: ${headers.authorization}`),
    );
    await using session = new KubeSession(server.kubeConfig({ token }));
    const error = await failureOf(session.transport.request(get));
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(error.message).toBe('GET /api/v1/things: 500 bad header: [redacted]');
  });
});

describe('a repetition', () => {
  it.each<[string, Answer]>([
    ['429', refusal(429, 'TooManyRequests')],
    ['503', refusal(503, 'ServiceUnavailable')],
    ['a lost connection', reset],
  ])('follows %s where the caller allows it', async (_, failing) => {
    await using server = await RawApiServer.start(failing, failing, json(200, { ok: true }));
    const clock = new VirtualClock();
    await using session = new KubeSession(server.kubeConfig(), { clock });
    const answer = session.transport.request({ ...get, retries: 2 });
    await letSleepPass(clock);
    await server.received(2);
    await letSleepPass(clock);
    expect(await answer).toEqual({ ok: true });
  });

  it('waits as long as the server asks', async () => {
    const busy = refusal(429, 'TooManyRequests', { 'retry-after': '9' });
    await using server = await RawApiServer.start(busy, json(200, {}));
    const clock = new VirtualClock();
    await using session = new KubeSession(server.kubeConfig(), { clock });
    const answer = session.transport.request({ ...get, retries: 1 });
    await letSleepPass(clock);
    await answer;
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(9000);
  });

  it('does not wait for long inside the call: the caller gets the wait', async () => {
    await using server = await RawApiServer.start(
      refusal(429, 'TooManyRequests', { 'retry-after': '900000000' }),
    );
    await using session = new KubeSession(server.kubeConfig());
    const error = await failureOf(session.transport.request({ ...get, retries: 3 }));
    expect(error).toMatchObject({ code: 'TooManyRequests', retryAfterMs: 30_000 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    { ...get, method: 'PATCH', retries: 5, body: '{}' },
    { ...get, method: 'POST', retries: 5, body: '{}' },
    get,
  ] as const)('never happens to $method with retries $retries', async (call) => {
    await using server = await RawApiServer.start(refusal(503, 'ServiceUnavailable'));
    await using session = new KubeSession(server.kubeConfig());
    await failureOf(session.transport.request(call));
    expect(server.requests).toHaveLength(1);
  });
});

describe('a stream', () => {
  const status = { kind: 'Status', code: 503, reason: 'ServiceUnavailable', message: 'not now' };
  const halfBody: Answer = (response) =>
    void response.writeHead(503, { 'content-length': 500 }).write('{"kind":"Status","reason":"Serv');
  const endlessBody: Answer = (response) => {
    const pour = (): void => {
      while (!response.destroyed && response.write('x'.repeat(60_000)));
    };
    response.writeHead(503).on('drain', pour);
    pour();
  };
  const endlessHead: Answer = ({ socket }) => {
    socket?.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket?.write('x-more: 1\r\n'), 10);
    socket?.on('close', () => clearInterval(timer));
  };

  it.concurrent.each<[string, Answer, object]>([
    ['whole', json(503, status), { code: 'ServiceUnavailable', status: 503 }],
    ['half, and then nothing', halfBody, { code: 'HTTP503', status: 503 }],
    ['without end', endlessBody, { code: 'HTTP503', status: 503 }],
    ['not at all', () => {}, { code: 'DeadlineExceeded', status: undefined }],
    ['as a head without end', endlessHead, { code: 'DeadlineExceeded', status: undefined }],
  ])('fails in time when its refusal comes %s', async (_, answer, expected) => {
    await using server = await RawApiServer.start(answer);
    await using session = new KubeSession(server.kubeConfig(), { openTimeoutMs: 3000 });
    const error = await failureOf(session.transport.stream('/watch', new AbortController().signal));
    expect(error).toMatchObject({ name: 'KubeError', ...expected });
    expect(error.message.length).toBeLessThan(400);
  });

  it('ends with its signal, long after it was opened', async () => {
    await using server = await RawApiServer.start((response) => response.writeHead(200).write('one'));
    await using session = new KubeSession(server.kubeConfig());
    const caller = new AbortController();
    const { chunks } = await session.transport.stream('/watch', caller.signal);
    const read = (async () => {
      for await (const chunk of chunks) if (String(chunk) === 'one') caller.abort();
    })();
    await expect(read).rejects.toThrow();
  });
});

describe('an answer of 200 that is not the object', () => {
  const failure = { kind: 'Status', status: 'Failure', metadata: {}, code: 500 };
  it.each<[string, object | null]>([
    ['a failure', failure],
    ['null', null],
    ['a list', []],
    ['another object', stored('other', 5)],
    ['an object of another namespace', { metadata: { ...stored('mine', 5).metadata, namespace: 'other' } }],
  ])('is no success of a read or a write: %s', async (_, body) => {
    await using server = await RawApiServer.start(json(200, body as object));
    await using session = new KubeSession(server.kubeConfig());
    const key = { namespace: 'default', name: 'mine' };
    const calls = [
      session.client.read(key),
      session.client.replaceStatus(stored('mine', 4), {}),
      session.client.patchStatus(key, []),
      session.client.setFinalizers(stored('mine', 4), []),
    ];
    for (const call of calls) expect(await failureOf(call)).toMatchObject({ code: 'InvalidResponse' });
  });
});
