/** Requests over a pool of connections to the cloud's endpoint; nothing in here sends one twice. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { errors, Pool } from 'undici';
import { type ExchangeOptions, exchange, type HttpRequest } from '../http/exchange.ts';

/** Sends a request, at once and once. @returns the body of its answer @throws what the connection ended with */
export type Sender = (request: HttpRequest, options: ExchangeOptions) => Promise<string>;

export interface PoolOptions {
  /** How long connecting may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** A connection that lay idle for so long is closed; undici's timers beyond a second may be a second late. */
  readonly idleLimitMs: number;
}

/** As many connections as there are calls at a time: one that waited for its turn would be sent later than it was checked. */
export function createPooledSender(endpoint: URL, { connectTimeoutMs, idleLimitMs }: PoolOptions): Sender {
  const pool = new Pool(endpoint.origin, {
    connections: null,
    pipelining: 1,
    allowH2: false,
    connectTimeout: connectTimeoutMs,
    keepAliveTimeout: idleLimitMs,
    keepAliveMaxTimeout: idleLimitMs,
    // The caller's signal ends a call; undici's own limits would only cut a long deadline short.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return async (request, options) => {
    try {
      const { text } = await exchange(pool, request, options);
      // undici uses a connection again one turn of the event loop after its answer; a call before that would open another.
      await new Promise((resolve) => setImmediate(resolve));
      return text;
    } catch (error) {
      throw withSystemCode(error);
    }
  };
}

/** undici has a code of its own for a connection that the other side closed in the middle of a call. */
function withSystemCode(error: unknown): unknown {
  if (!(error instanceof errors.SocketError)) return error;
  const message = 'the connection was closed before the whole answer was there';
  return Object.assign(new Error(message, { cause: error }), { code: 'ECONNRESET' });
}

/** Leaves as soon as a request is sent, so that no call is ever answered. */
export function createLeavingSender(endpoint: URL): Sender {
  const toRequest = endpoint.protocol === 'https:' ? httpsRequest : httpRequest;
  return ({ method, path, headers, body }, { signal, onSend }) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const sent = toRequest(new URL(path, endpoint), { method, headers, signal, agent: false });
    // Its connection is made and used unobserved.
    onSend?.();
    sent.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    sent.once('finish', () => sent.destroy());
    sent.end(body);
    return promise;
  };
}
