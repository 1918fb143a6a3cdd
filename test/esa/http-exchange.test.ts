import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { connect, errorOf, request } from './connect.ts';
import { always, type RawServer, startRawServer } from './raw-server.ts';

const app = { App: { AppId: request.AppId, Status: 'created' } };

describe('the connections of the client', () => {
  test('are used again while they are fresh', async () => {
    await using server = await startRawServer(always(200, app));
    const api = await connect(server.url);
    await api.getApp(request.AppId);
    await api.getApp(request.AppId);
    const [first, second] = server.requests;
    expect(second?.socket).toBe(first?.socket);
  });

  test('are closed once they lay idle for the limit, and the next call opens a new one', async () => {
    await using server = await startRawServer(always(200, app));
    const api = await connect(server.url, { idleLimitMs: 50 });
    await api.getApp(request.AppId);
    await closeOfFirstConnection(server);
    await api.getApp(request.AppId);
    const [first, second] = server.requests;
    expect(second?.socket).not.toBe(first?.socket);
  });

  test('are closed with a call that misses its deadline, and the next call opens a new one', async () => {
    await using server = await startRawServer((response, request) => {
      if (server.requests.length > 1) always(200, app)(response, request);
    });
    const impatient = await connect(server.url, { callTimeoutMs: 250 });
    await errorOf(impatient.getApp(request.AppId));
    await closeOfFirstConnection(server);
    await (await connect(server.url)).getApp(request.AppId);
    expect(server.requests).toHaveLength(2);
  });

  test('are closed with an answer that is cut by the deadline', async () => {
    await using server = await startRawServer((response) => void response.writeHead(200).write('{'));
    const api = await connect(server.url, { callTimeoutMs: 250 });
    await errorOf(api.getApp(request.AppId));
    await closeOfFirstConnection(server);
  });
});

async function closeOfFirstConnection({ requests }: RawServer): Promise<void> {
  const socket = requests[0]?.socket;
  if (socket === undefined) throw new Error('no request arrived');
  if (!socket.closed) await once(socket, 'close');
}

test('Calls at the same time each get status, request id and waiting time of their own answer', async () => {
  await using server = await startRawServer((response, received) => {
    const number = String(received.parameters.AppId);
    const headers = { 'x-acs-request-id': `ID-${number}`, 'x-acs-retry-after': number };
    setImmediate(() => always(500 + Number(number), '<html>', headers)(response, received));
  });
  const api = await connect(server.url);
  const errors = await Promise.all(
    Array.from({ length: 50 }, (_, index) => errorOf(api.getApp(String(index)))),
  );
  expect(
    errors.map(({ httpStatus, requestId, retryAfterMs }) => ({ httpStatus, requestId, retryAfterMs })),
  ).toEqual(
    errors.map((_, index) => ({ httpStatus: 500 + index, requestId: `ID-${index}`, retryAfterMs: index })),
  );
});
