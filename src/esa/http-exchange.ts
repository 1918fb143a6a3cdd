/**
 * What Node's HTTP client tells about one call that the SDK makes for us: openapi-client drops the headers of error
 * answers and, where a body is not JSON, the status too; and it offers no way to cancel a request or to bound the idle
 * time of its connections. The request is found by its signature nonce.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

export const nonceHeader = 'x-acs-signature-nonce';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface HttpExchange {
  /** Status and headers, once they have arrived. */
  readonly answer: HttpAnswer | undefined;
  /** Ends the request and its connection. */
  abort(): void;
  /** Stops listening. */
  close(): void;
}

/** Node sets `agent`; its type declarations leave it out. */
type PooledRequest = ClientRequest & { readonly agent?: { readonly options: { timeout?: number } } };

export interface ExchangeOptions {
  /** See EsaClientOptions. */
  readonly hangsUp?: boolean | undefined;
}

/** Those that nobody has closed yet, by their nonce. */
const open = new Map<string, Exchange>();

/**
 * Watches for the request with this nonce.
 *
 * @param idleLimitMs how long the request's connection may lie idle before it is closed instead of used again. The
 *   SDK's connection pool is one for the whole process, so this holds for every connection in it.
 */
export function observeHttpExchange(
  nonce: string,
  idleLimitMs: number,
  options: ExchangeOptions = {},
): HttpExchange {
  if (open.size === 0) {
    subscribe('http.client.request.created', onRequest);
    subscribe('http.client.response.finish', onResponse);
  }
  const exchange = new Exchange(nonce, idleLimitMs, options);
  open.set(nonce, exchange);
  return exchange;
}

function onRequest(message: unknown): void {
  const { request } = message as { request: PooledRequest };
  exchangeOf(request)?.begin(request);
}

function onResponse(message: unknown): void {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  exchangeOf(request)?.end(request, response);
}

function exchangeOf(request: ClientRequest): Exchange | undefined {
  return open.get(String(request.getHeader(nonceHeader)));
}

class Exchange implements HttpExchange {
  answer: HttpAnswer | undefined;
  readonly #nonce: string;
  readonly #idleLimitMs: number;
  readonly #options: ExchangeOptions;
  #request: ClientRequest | undefined;

  constructor(nonce: string, idleLimitMs: number, options: ExchangeOptions) {
    this.#nonce = nonce;
    this.#idleLimitMs = idleLimitMs;
    this.#options = options;
  }

  begin(request: PooledRequest): void {
    if (this.#request !== undefined) return;
    this.#request = request;
    if (request.agent !== undefined) request.agent.options.timeout = this.#idleLimitMs;
    if (this.#options.hangsUp) request.once('finish', () => request.destroy());
  }

  end(request: ClientRequest, { statusCode, headers }: IncomingMessage): void {
    if (request === this.#request) this.answer = { status: statusCode ?? 0, headers };
  }

  abort(): void {
    this.#request?.destroy();
  }

  close(): void {
    if (open.get(this.#nonce) === this) open.delete(this.#nonce);
    if (open.size > 0) return;
    unsubscribe('http.client.request.created', onRequest);
    unsubscribe('http.client.response.finish', onResponse);
  }
}
