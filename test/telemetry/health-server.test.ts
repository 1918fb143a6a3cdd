import { describe, expect, it } from 'vitest';
import { type CheckResult, passIf } from '../../src/telemetry/health-report.ts';
import { startHealthServer } from '../../src/telemetry/health-server.ts';
import { LogRecorder } from '../kube/log-recorder.ts';

const logger = new LogRecorder();

async function setUp(unwritten: () => CheckResult = () => ({ isPassed: true })) {
  let isSynced = false;
  let isHung = false;
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    liveChecks: { 'leader-election': () => passIf(!isHung, 'no renewal'), unwritten },
    readyChecks: { 'caches-synced': () => passIf(isSynced, 'caches not filled yet') },
    logger,
  });
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return { status: response.status, text: await response.text() };
  };
  const sync = () => {
    isSynced = true;
  };
  const hang = () => {
    isHung = true;
  };
  return { get, sync, hang, [Symbol.asyncDispose]: () => server.stop() };
}

describe('the health server', () => {
  it('is live from the start, and ready only once every check passes', async () => {
    await using server = await setUp();
    expect(await server.get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect(await server.get('/readyz')).toEqual({
      status: 500,
      text: '[+]ping ok\n[-]caches-synced failed: caches not filled yet\nreadyz check failed\n',
    });
    server.sync();
    expect(await server.get('/readyz')).toEqual({ status: 200, text: 'ok\n' });
  });

  it('is no longer live once a check of its life fails', async () => {
    await using server = await setUp();
    server.hang();
    const { status, text } = await server.get('/healthz');
    expect(status).toBe(500);
    expect(text).toContain('[-]leader-election failed: no renewal\n');
    expect((await server.get('/healthz/ping')).status).toBe(200);
  });

  it('answers for one check, and lists all when asked, with their details', async () => {
    await using server = await setUp(() => ({ isPassed: true, detail: '3 outcomes' }));
    expect((await server.get('/readyz/ping')).status).toBe(200);
    expect((await server.get('/readyz/caches-synced')).status).toBe(500);
    expect(await server.get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    const { text } = await server.get('/healthz?verbose');
    expect(text).toBe(
      '[+]ping ok\n[+]leader-election ok\n[+]unwritten ok: 3 outcomes\nhealthz check passed\n',
    );
  });

  it('takes a check that throws as failed, and tells the log alone why', async () => {
    await using server = await setUp(() => {
      throw new TypeError('some bug');
    });
    const { status, text } = await server.get('/healthz');
    expect(status).toBe(500);
    expect(text).toContain('[-]unwritten failed: the check itself failed, see the log\n');
    expect(logger.lines).toContainEqual({
      level: 'error',
      message: 'Health check threw',
      fields: { error: new TypeError('some bug'), check: 'unwritten' },
    });
  });

  it.each(['/', '/metrics', '/readyz/unknown', '/readyz/ping/more', '//', '//healthz', '/%68ealthz'])(
    'knows nothing at %s',
    async (path) => {
      await using server = await setUp();
      expect((await server.get(path)).status).toBe(404);
    },
  );

  it('takes GET and HEAD alone', async () => {
    await using server = await setUp();
    expect(await server.get('/healthz', 'HEAD')).toEqual({ status: 200, text: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      expect((await server.get('/healthz', method)).status).toBe(405);
  });

  it('says so when its port is taken', async () => {
    const options = { host: '127.0.0.1', readyChecks: {}, logger };
    const first = await startHealthServer({ ...options, port: 0 });
    const second = startHealthServer({ ...options, port: first.port });
    await expect(second).rejects.toThrow(
      `/healthz and /readyz cannot be served on 127.0.0.1:${first.port}: another process listens there; choose another`,
    );
    await first.stop();
  });

  it('says so when the machine has no such address', async () => {
    const start = startHealthServer({ host: '203.0.113.1', port: 0, readyChecks: {}, logger });
    await expect(start).rejects.toThrow('on 203.0.113.1:0: this machine has no such address');
  });
});
