/** Requests over a pool of connections to the cloud's endpoint; nothing in here sends one twice. */
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { errors, Pool } from 'undici';
import { type ExchangeOptions, exchange, type HttpRequest } from '../http/exchange.ts';
import { routeTo } from '../http/route.ts';

/** Sends a request, at once and once. @returns the body of its response @throws what the connection ended with */
export type Sender = (request: HttpRequest, options: ExchangeOptions) => Promise<string>;

export interface Connections {
  readonly send: Sender;
  /** Ends them; calls under way end with them. */
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly endpoint: URL;
  /** Absent: requests go straight to the endpoint, as they always do to one without TLS. */
  readonly proxy?: URL | undefined;
  /** How long connecting may take, in milliseconds; twice that through a proxy. */
  readonly connectTimeoutMs: number;
}

export interface PoolOptions extends SenderOptions {
  /** A connection that lay idle for so long is closed; undici's timers beyond a second may be a second late. */
  readonly idleLimitMs: number;
}

/** As many connections as there are calls at a time: one that waited for its turn would be sent later than it was checked. */
export function createPool({ idleLimitMs, ...options }: PoolOptions): Connections {
  const pool = new Pool(options.endpoint.origin, {
    connect: connectorFor(options),
    connections: null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: idleLimitMs,
    keepAliveMaxTimeout: idleLimitMs,
    // The caller's signal ends a call; undici's own limits would only cut a long deadline short.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async send(request, options) {
      try {
        const { text } = await exchange(pool, request, options);
        // undici uses a connection again one turn of the event loop after its response; a call before that would open another.
        await new Promise((resolve) => setImmediate(resolve));
        return text;
      } catch (error) {
        throw withSystemCode(error);
      }
    },
    close: () => pool.destroy(),
  };
}

/** undici has a code of its own for a connection that the other side closed in the middle of a call. */
function withSystemCode(error: unknown): unknown {
  if (!(error instanceof errors.SocketError)) return error;
  const message = 'the connection was closed before the whole response was there';
  return Object.assign(new Error(message, { cause: error }), { code: 'ECONNRESET' });
}

/** Leaves as soon as a request is sent, so that no call ever gets a response; so there is nothing to close. */
export function createLeavingConnections(options: SenderOptions): Connections {
  const send: Sender = async ({ method, path, headers, body }, { signal, onSend }) => {
    const socket = await connect(options, signal);
    onSend?.();
    const { promise, reject } = Promise.withResolvers<never>();
    const sent = httpRequest({ method, path, headers, createConnection: () => socket, signal });
    sent.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    sent.once('finish', () => sent.destroy());
    sent.end(body);
    return promise;
  };
  return { send, close: async () => {} };
}

/** @throws the signal's reason, or why there is no connection */
function connect(options: SenderOptions, signal: AbortSignal): Promise<Socket> {
  const { protocol, host, hostname, port } = options.endpoint;
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const target = { protocol, host, hostname: hostname.replace(/^\[|\]$/g, ''), port };
  connectorFor(options)(target, (error, socket) => {
    if (error !== null) reject(error);
    else if (signal.aborted) socket.destroy();
    else resolve(socket);
  });
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}

function connectorFor({ endpoint, proxy, connectTimeoutMs }: SenderOptions) {
  const route = routeTo(endpoint, endpoint.protocol === 'https:' ? proxy : undefined);
  return route.connector({ timeout: connectTimeoutMs });
}
