/** One marked request over the SDK's client: nonce, deadline, and one kind of error. */
import { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import type { Clock } from '../core/clock.ts';
import { Deadline } from '../core/deadline.ts';
import { noCode } from '../core/errors/esa-error.ts';
import type { Credential } from './credential.ts';
import { ErrorAnswer, UnexpectedAnswer } from './failed-answer.ts';
import type { Sender } from './http-sender.ts';
import { createIdCheck, type IsId } from './ids.ts';
import { redactorFor } from './redact.ts';
import { type Body, reportedFailure } from './reported-failure.ts';
import { CallRuntime, type DecodedAnswer, SignedClient } from './signed-client.ts';
import { requestIdOf, toEsaError } from './to-esa-error.ts';

export interface ApiCallerOptions {
  readonly endpoint: URL;
  readonly credential: Credential;
  readonly send: Sender;
  /** From the start of a call to the last byte of its answer. */
  readonly callTimeoutMs: number;
  readonly clock: Clock;
  readonly userAgent: string | undefined;
}

export interface ApiCall {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly nonce: string;
}

/** What a success comes with besides its body. */
export interface AnswerContext {
  readonly requestId: string | undefined;
  readonly isId: IsId;
}

export type ApiCaller = <T>(call: ApiCall, parse: (body: Body, context: AnswerContext) => T) => Promise<T>;

/** @returns a function that sends a request once; whatever goes wrong, also inside `parse`, it throws as EsaError. */
export function createApiCaller(options: ApiCallerOptions): ApiCaller {
  const { clock, callTimeoutMs: limitMs } = options;
  const client = new SignedClient(toConfig(options), options.send);
  const redact = redactorFor(options.credential);
  const isId = createIdCheck(redact);

  return async (call, parse) => {
    const toError = () => missed(limitMs, runtime.isSent);
    const deadline = new Deadline({ clock, limitMs, toError });
    const runtime = new CallRuntime(deadline.signal);
    try {
      const answer = (await client.callApi(toParams(call), toRequest(call), runtime)) as DecodedAnswer;
      const body = toSuccess(answer);
      return parse(body, { requestId: requestIdOf(body, runtime.head, isId), isId });
    } catch (failure) {
      const { head: answer, isSent } = runtime;
      throw toEsaError({ operation: call.action, failure, answer, isSent, redact, isId });
    } finally {
      deadline.clear();
    }
  };
}

function missed(timeoutMs: number, isSent: boolean): Error {
  const what = isSent ? 'no complete response' : 'no connection';
  const error = new Error(`${what} within ${timeoutMs} ms`);
  error.name = 'RequestTimeoutError';
  return error;
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

/** Success is what the body says; a status of 400 or more is none whatever the body says. */
function toSuccess({ statusCode, body }: DecodedAnswer): Body {
  if (statusCode >= 400 || reportedFailure(body)) throw new ErrorAnswer(body);
  if (statusCode < 300) return body;
  throw new UnexpectedAnswer(noCode, `HTTP ${statusCode} is neither a success nor an error`, body);
}
