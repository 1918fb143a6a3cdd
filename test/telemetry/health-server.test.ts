import { describe, expect, it } from 'vitest';
import { startHealthServer } from '../../src/telemetry/health-server.ts';

async function setUp() {
  let isSynced = false;
  let isHung = false;
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    liveChecks: { 'leader-election': () => !isHung },
    readyChecks: { 'caches-synced': () => isSynced },
  });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
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
    const { status, text } = await server.get('/readyz');
    expect(status).toBe(500);
    expect(text).toContain('[+]ping ok\n[-]caches-synced failed');
    server.sync();
    expect(await server.get('/readyz')).toEqual({ status: 200, text: 'ok\n' });
  });

  it('is no longer live once a check of its life fails', async () => {
    await using server = await setUp();
    server.hang();
    const { status, text } = await server.get('/healthz');
    expect({ status, text }).toMatchObject({
      status: 500,
      text: expect.stringContaining('[-]leader-election'),
    });
    expect((await server.get('/healthz/ping')).status).toBe(200);
  });

  it('answers for one check, and lists all when asked', async () => {
    await using server = await setUp();
    expect((await server.get('/readyz/ping')).status).toBe(200);
    expect((await server.get('/readyz/caches-synced')).status).toBe(500);
    server.sync();
    const { text } = await server.get('/readyz?verbose');
    expect(text).toBe('[+]ping ok\n[+]caches-synced ok\nreadyz check passed\n');
  });

  it.each(['/', '/metrics', '/readyz/unknown', '/readyz/ping/more'])('knows nothing at %s', async (path) => {
    await using server = await setUp();
    expect((await server.get(path)).status).toBe(404);
  });

  it('says so when its port is taken', async () => {
    const first = await startHealthServer({ host: '127.0.0.1', port: 0, readyChecks: {} });
    const second = startHealthServer({ host: '127.0.0.1', port: first.port, readyChecks: {} });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.stop();
  });
});
