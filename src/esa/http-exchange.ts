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

/**
 * Watches for the request with this nonce.
 *
 * @param idleLimitMs how long the request's connection may lie idle before it is closed instead of used again. The
 *   SDK's connection pool is one for the whole process, so this holds for every connection in it.
 */
export function observeHttpExchange(
  nonce: string,
  idleLimitMs: number,
  { hangsUp = false }: ExchangeOptions = {},
): HttpExchange {
  let request: ClientRequest | undefined;
  let answer: HttpAnswer | undefined;

  const onRequest = (message: unknown): void => {
    const { request: created } = message as { request: PooledRequest };
    if (request !== undefined || created.getHeader(nonceHeader) !== nonce) return;
    request = created;
    if (created.agent !== undefined) created.agent.options.timeout = idleLimitMs;
    if (hangsUp) created.once('finish', () => created.destroy());
  };
  const onResponse = (message: unknown): void => {
    const { request: answered, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (answered !== request) return;
    answer = { status: response.statusCode ?? 0, headers: response.headers };
  };
  subscribe('http.client.request.created', onRequest);
  subscribe('http.client.response.finish', onResponse);

  return {
    get answer() {
      return answer;
    },
    abort() {
      request?.destroy();
    },
    close() {
      unsubscribe('http.client.request.created', onRequest);
      unsubscribe('http.client.response.finish', onResponse);
    },
  };
}
