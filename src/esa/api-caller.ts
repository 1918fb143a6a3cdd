/** One signed call over the SDK's legacy client: nonce, deadline, and one kind of error. */
import openApi, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import type { Credential } from './credentials.ts';
import { type HttpExchange, nonceHeader, observeHttpExchange } from './http-exchange.ts';
import { redactorFor } from './redact.ts';
import { requestIdOf, toEsaError } from './to-esa-error.ts';
import { UnexpectedAnswer } from './unexpected-answer.ts';

export interface ApiCallerOptions {
  readonly endpoint: URL;
  readonly credential: Credential;
  /** From the start of a call to the last byte of its answer. */
  readonly callTimeoutMs: number;
  /** A connection that lay idle for longer is not used again. */
  readonly idleLimitMs: number;
  readonly userAgent: string | undefined;
  /** See EsaClientOptions. */
  readonly hangsUp?: boolean | undefined;
}

export interface ApiCall {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly nonce: string;
}

/** The body of an answer with status 2xx, a JSON object. */
export type AnswerBody = Readonly<Record<string, unknown>>;

export type ApiCaller = <T>(
  call: ApiCall,
  parse: (body: AnswerBody, requestId: string | undefined) => T,
) => Promise<T>;

/** @returns a function that sends a request once; whatever goes wrong, also inside `parse`, it throws as EsaError. */
export function createApiCaller(options: ApiCallerOptions): ApiCaller {
  const client = new openApi.default(toConfig(options));
  // Own deadlines come first; these only end what is left if they do not.
  const runtime = new RuntimeOptions({
    autoretry: false,
    readTimeout: options.callTimeoutMs,
    connectTimeout: options.callTimeoutMs,
  });
  const redact = redactorFor(options.credential);

  return async (call, parse) => {
    const exchange = observeHttpExchange(call.nonce, options.idleLimitMs, options);
    const sent = client.callApi(toParams(call), toRequest(call), runtime);
    const close = (): void => exchange.close();
    void sent.then(close, close);
    try {
      const { body, statusCode } = await beforeDeadline(sent, exchange, options.callTimeoutMs);
      if (statusCode >= 300) {
        throw new UnexpectedAnswer('undefined', `HTTP ${statusCode} is neither a success nor an error`, body);
      }
      return parse(body, requestIdOf(body, exchange.answer));
    } catch (failure) {
      throw toEsaError({ operation: call.action, failure, answer: exchange.answer, redact });
    }
  };
}

function toConfig({ endpoint, credential, userAgent }: ApiCallerOptions): Config {
  return new Config({
    ...credential,
    endpoint: endpoint.host,
    protocol: endpoint.protocol.replace(':', ''),
    userAgent,
  });
}

function toParams({ action, method }: ApiCall): Params {
  return new Params({
    action,
    method,
    version: '2024-09-10',
    pathname: '/',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  });
}

function toRequest({ query, form, nonce }: ApiCall): OpenApiRequest {
  return new OpenApiRequest({ query, body: form, headers: { [nonceHeader]: nonce } });
}

/** Waits for the call; at the deadline it ends the request with its connection, which nobody may use again. */
async function beforeDeadline<T>(sent: Promise<T>, exchange: HttpExchange, timeoutMs: number): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`no complete answer within ${timeoutMs} ms`);
    deadline.reject(Object.assign(error, { name: 'RequestTimeoutError' }));
    exchange.abort();
  }, timeoutMs);
  try {
    return await Promise.race([sent, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}
