import { getEventListeners } from 'node:events';
import { Pool } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exchange, type HttpHead } from '../../src/http/exchange.ts';
import {
  type Answer,
  always,
  closeOfFirstConnection,
  type RawServer,
  startRawServer,
} from '../esa/raw-server.ts';

const request = { method: 'GET', path: '/things?limit=1', headers: { accept: 'application/json' } } as const;
const reason = new Error('enough');

let server: RawServer;
let pool: Pool;
let answer: Answer;
let caller: AbortController;

beforeEach(async () => {
  server = await startRawServer((...parts) => answer(...parts));
  pool = new Pool(server.url, { connections: 1 });
  caller = new AbortController();
});

afterEach(async () => {
  await pool.destroy();
  await server[Symbol.asyncDispose]();
});

const send = (onHead?: (head: HttpHead) => void, maxBytes?: number) =>
  exchange(pool, request, {
    signal: caller.signal,
    ...(onHead && { onHead }),
    ...(maxBytes !== undefined && { maxBytes }),
  });

describe('an answer', () => {
  test('comes whole, also where its pieces part a letter', async () => {
    const letter = Buffer.from('é');
    answer = (response) => {
      response.writeHead(201, { 'x-part': 'two' }).write(letter.subarray(0, 1));
      setImmediate(() => response.end(letter.subarray(1)));
    };
    expect(await send()).toMatchObject({ status: 201, headers: { 'x-part': 'two' }, text: 'é' });
  });

  test('may be empty, and leaves nothing on the signal', async () => {
    answer = (response) => response.writeHead(204).end();
    expect(await send()).toMatchObject({ status: 204, text: '' });
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });

  test('has one head, whatever interim responses come before it', async () => {
    answer = (response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(404, { 'x-part': 'two' }).end('whole');
    };
    const heads: number[] = [];
    expect(await send(({ status }) => heads.push(status))).toMatchObject({ status: 404, text: 'whole' });
    expect(heads).toEqual([404]);
  });

  test('that is lost in its middle has told its head', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{', () => response.destroy());
    };
    const heads: number[] = [];
    await expect(send(({ status }) => heads.push(status))).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    expect(heads).toEqual([200]);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });
});

describe('a limit of bytes', () => {
  const endless: Answer = (response) => {
    const send = (): boolean => response.write(Buffer.alloc(64 * 1024, 'x'));
    const pour = (): void => {
      while (!response.destroyed && send());
    };
    response.writeHead(200).on('drain', pour);
    pour();
  };

  test.each<[string, Answer, number | undefined]>([
    ['a body without end', endless, undefined],
    ['a body that is one byte too long', (response) => response.end('12345'), 4],
    [
      'a length in the head, though nothing follows',
      (response) => void response.writeHead(200, { 'content-length': 5 }).flushHeaders(),
      4,
    ],
  ])('ends the exchange and its connection at %s', async (_, tooLarge, maxBytes) => {
    answer = tooLarge;
    const heads: number[] = [];
    await expect(send(({ status }) => heads.push(status), maxBytes)).rejects.toMatchObject({
      code: 'ResponseTooLarge',
    });
    expect(heads).toEqual([200]);
    await closeOfFirstConnection(server);
    answer = always(200, {});
    expect(await send()).toMatchObject({ status: 200 });
  });

  test('lets pass what is just as long, in single bytes too', async () => {
    answer = (response) => {
      for (const letter of '1234') response.write(letter);
      response.end();
    };
    expect(await send(undefined, 4)).toMatchObject({ text: '1234' });
  });
});

describe('a signal', () => {
  test('ends the exchange with its reason, and its connection', async () => {
    const received = Promise.withResolvers<void>();
    answer = () => received.resolve();
    const ended = expect(send()).rejects.toBe(reason);
    await received.promise;
    caller.abort(reason);
    await ended;
    await closeOfFirstConnection(server);
  });

  test('ends an exchange at once that waits for a connection, and its request is never sent', async () => {
    const release = Promise.withResolvers<() => void>();
    answer = (response) => release.resolve(() => response.end());
    const first = exchange(pool, request, { signal: new AbortController().signal });
    const second = send();
    caller.abort(reason);
    await expect(second).rejects.toBe(reason);
    (await release.promise)();
    await first;
    answer = always(200, {});
    await exchange(pool, request, { signal: new AbortController().signal });
    expect(server.requests).toHaveLength(2);
  });

  test('that is aborted already lets nothing be sent', async () => {
    caller.abort(reason);
    await expect(send()).rejects.toBe(reason);
    answer = always(200, {});
    await exchange(pool, request, { signal: new AbortController().signal });
    expect(server.requests).toHaveLength(1);
  });
});
