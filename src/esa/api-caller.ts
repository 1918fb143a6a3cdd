/** One signed call over the SDK's client: nonce, deadline, and one kind of error. */
import { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import type { Credential } from './credentials.ts';
import { ErrorAnswer, UnexpectedAnswer } from './failed-answer.ts';
import type { Sender } from './http-sender.ts';
import { redactorFor } from './redact.ts';
import { type DecodedAnswer, Exchange, SignedClient } from './signed-client.ts';
import { requestIdOf, toEsaError } from './to-esa-error.ts';

export interface ApiCallerOptions {
  readonly endpoint: URL;
  readonly credential: Credential;
  readonly send: Sender;
  /** From the start of a call to the last byte of its answer. */
  readonly callTimeoutMs: number;
  readonly userAgent: string | undefined;
}

export interface ApiCall {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly nonce: string;
}

/** The body of an answer with status 2xx, a JSON object. */
export type AnswerBody = DecodedAnswer['body'];

export type ApiCaller = <T>(
  call: ApiCall,
  parse: (body: AnswerBody, requestId: string | undefined) => T,
) => Promise<T>;

/** @returns a function that sends a request once; whatever goes wrong, also inside `parse`, it throws as EsaError. */
export function createApiCaller(options: ApiCallerOptions): ApiCaller {
  const client = new SignedClient(toConfig(options), options.send);
  const redact = redactorFor(options.credential);

  return async (call, parse) => {
    const deadline = new Deadline(options.callTimeoutMs);
    const exchange = new Exchange(deadline.signal);
    try {
      const sent = client.callApi(toParams(call), toRequest(call), exchange) as Promise<DecodedAnswer>;
      const body = toSuccess(await deadline.race(sent));
      return parse(body, requestIdOf(body, exchange.answer));
    } catch (failure) {
      throw toEsaError({ operation: call.action, failure, answer: exchange.answer, redact });
    } finally {
      deadline.clear();
    }
  };
}

function toConfig({ endpoint, credential, userAgent }: ApiCallerOptions): Config {
  return new Config({ ...credential, endpoint: endpoint.host, userAgent });
}

function toParams({ action, method }: ApiCall): Params {
  return new Params({ action, method, version: '2024-09-10', pathname: '/', style: 'RPC' });
}

function toRequest({ query, form, nonce }: ApiCall): OpenApiRequest {
  return new OpenApiRequest({ query, body: form, headers: { 'x-acs-signature-nonce': nonce } });
}

function toSuccess({ statusCode, body }: DecodedAnswer): AnswerBody {
  if (statusCode >= 400) throw new ErrorAnswer(body);
  if (statusCode < 300) return body;
  throw new UnexpectedAnswer('undefined', `HTTP ${statusCode} is neither a success nor an error`, body);
}

/** Ends a call that takes too long, with its connection, which nobody may use again. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #missed = Promise.withResolvers<never>();
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      const error = new Error(`no complete answer within ${timeoutMs} ms`);
      error.name = 'RequestTimeoutError';
      this.#missed.reject(error);
      this.#controller.abort(error);
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  race<T>(call: Promise<T>): Promise<T> {
    return Promise.race([call, this.#missed.promise]);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
