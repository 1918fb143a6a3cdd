import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cut, TcpProxy } from './tcp-proxy.ts';

const body = 'x'.repeat(1_000);
let bodies: string[];
let parts: AsyncDisposableStack;
let proxy: TcpProxy;

beforeEach(async () => {
  parts = new AsyncDisposableStack();
  bodies = [];
  const server = createServer(async (message, response) => {
    message.on('error', () => undefined);
    const chunks = await message.toArray().catch(() => undefined);
    if (!chunks) return;
    bodies.push(Buffer.concat(chunks).toString());
    if (message.url === '/open') response.write('more to come');
    else response.end('done');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  parts.defer(() => void server.close().closeAllConnections());
  proxy = parts.use(await TcpProxy.start(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
});
afterEach(() => parts.disposeAsync());

function post(path = '/') {
  return request(`http://127.0.0.1:${proxy.port}${path}`, { method: 'POST', body, reset: true });
}

describe('the proxy', () => {
  test('passes requests and answers on', async () => {
    expect(await (await post()).body.text()).toBe('done');
    expect(bodies).toEqual([body]);
  });

  test.for<{ cut: Cut; arrived: number }>([
    { cut: 'nothing', arrived: 0 },
    { cut: 'half', arrived: 0 },
    { cut: 'all', arrived: 1 },
  ])('lets $cut of a request through, cuts its connection, and is itself again', async ({ cut, arrived }) => {
    proxy.cutNext(cut, 1);
    await expect(post()).rejects.toThrow();
    expect(await (await post()).body.text()).toBe('done');
    expect(bodies).toHaveLength(arrived + 1);
    expect(proxy.cuts).toBe(1);
  });

  test('cuts an answer that is still coming', async () => {
    const answer = await post('/open');
    proxy.cutAll();
    await expect(answer.body.text()).rejects.toThrow();
  });
});
