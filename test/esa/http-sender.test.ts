import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { clientFor, connect, errorOf, request, shortLimitMs } from './connect.ts';
import { always, closeOfFirstConnection, dribble, startRawServer } from './raw-server.ts';

const app = { App: { AppId: request.AppId, Status: 'created' } };

describe('the connections of the client', () => {
  test('are used again while they are fresh', async () => {
    await using server = await startRawServer(always(200, app));
    const send = await connect(server.url);
    await send(getApp(request.AppId));
    await send(getApp(request.AppId));
    const [first, second] = server.requests;
    expect(second?.socket).toBe(first?.socket);
  });

  test('are closed once they lay idle for the limit, and the next call opens a new one', async () => {
    await using server = await startRawServer(always(200, app));
    const send = await connect(server.url, { idleLimitMs: 50 });
    await send(getApp(request.AppId));
    await closeOfFirstConnection(server);
    await send(getApp(request.AppId));
    const [first, second] = server.requests;
    expect(second?.socket).not.toBe(first?.socket);
  });

  test('are closed with the client, a call under way with them', async () => {
    const held = Promise.withResolvers<void>();
    await using server = await startRawServer((response, received) => {
      if (server.requests.length === 1) always(200, app)(response, received);
      else held.resolve();
    });
    const client = clientFor(server.url, { idleLimitMs: 60_000 });
    const send = client.sendWith(await client.credentialFor('shop'));
    await send(getApp(request.AppId));
    const underWay = errorOf(send(getApp(request.AppId)));
    await held.promise;
    await client.close();
    expect(await underWay).toMatchObject({ isUnsent: false });
    await closeOfFirstConnection(server);
    expect(await errorOf(send(getApp(request.AppId)))).toMatchObject({ isUnsent: true });
  });

  test.concurrent('are closed with a call that misses its deadline, and the next call opens a new one', async () => {
    await using server = await startRawServer((response, request) => {
      if (server.requests.length > 1) always(200, app)(response, request);
    });
    const impatient = await connect(server.url, { callTimeoutMs: shortLimitMs });
    await errorOf(impatient(getApp(request.AppId)));
    await closeOfFirstConnection(server);
    await (await connect(server.url))(getApp(request.AppId));
    expect(server.requests).toHaveLength(2);
  });

  test.concurrent('are closed at the deadline of an answer that dribbles, also right after another call', async () => {
    await using server = await startRawServer((response, received) => {
      const respond = server.requests.length === 1 ? always(200, app) : dribble;
      respond(response, received);
    });
    const send = await connect(server.url, { callTimeoutMs: shortLimitMs });
    await send(getApp(request.AppId));
    expect(await errorOf(send(getApp(request.AppId)))).toMatchObject({ code: 'RequestTimeoutError' });
    await closeOfFirstConnection(server);
    expect(server.requests[1]?.socket).toBe(server.requests[0]?.socket);
  });
});

test('Calls at the same time each get status, request id and waiting time of their own answer', async () => {
  const bodies: (() => void)[] = [];
  await using server = await startRawServer((response, received) => {
    const number = String(received.parameters.AppId);
    const headers = { 'x-acs-request-id': `ID-${number}`, 'x-acs-retry-after': number };
    response.writeHead(500 + Number(number), headers).flushHeaders();
    bodies.push(() => response.end('<html>'));
  });
  const send = await connect(server.url);
  const allHeaders = headersOf(50);
  const calls = Array.from({ length: 50 }, (_, index) => errorOf(send(getApp(String(index)))));
  await allHeaders;
  for (const send of bodies) send();
  const errors = await Promise.all(calls);
  expect(
    errors.map(({ httpStatus, requestId, retryAfterMs }) => ({ httpStatus, requestId, retryAfterMs })),
  ).toEqual(
    errors.map((_, index) => ({ httpStatus: 500 + index, requestId: `ID-${index}`, retryAfterMs: index })),
  );
});

/** Resolves when the headers of so many more answers have arrived in this process. */
function headersOf(answers: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = answers;
  const count = () => {
    left -= 1;
    if (left > 0) return;
    unsubscribe('undici:request:headers', count);
    resolve();
  };
  subscribe('undici:request:headers', count);
  return promise;
}
