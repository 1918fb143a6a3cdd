/** Sends calls over the SDK's client with one credential: nonce, deadline, and one kind of error. */
import { randomUUID } from 'node:crypto';
import { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import type { Body, Call, CallParameters, Send } from '../cloud/call.ts';
import type { Credential } from '../cloud/credential.ts';
import { UnexpectedResponse } from '../cloud/unexpected-response.ts';
import type { Clock } from '../core/clock.ts';
import { Deadline } from '../core/deadline.ts';
import { noCode } from '../core/errors/esa-error.ts';
import { ErrorResponse } from './error-response.ts';
import type { Sender } from './http-sender.ts';
import { createIdCheck } from './ids.ts';
import { redactorFor } from './redact.ts';
import { reportedFailure } from './reported-failure.ts';
import { CallRuntime, type DecodedResponse, SignedClient } from './signed-client.ts';
import { requestIdOf, toEsaError } from './to-esa-error.ts';

export interface SignedSendOptions {
  readonly endpoint: URL;
  readonly credential: Credential;
  readonly sender: Sender;
  /** From the start of a call to the last byte of its response. */
  readonly callTimeoutMs: number;
  readonly clock: Clock;
  readonly userAgent: string | undefined;
}

/** Whatever goes wrong, also while the body is read, ends as EsaError. */
export function createSignedSend(options: SignedSendOptions): Send {
  const { clock, callTimeoutMs: limitMs } = options;
  const client = new SignedClient(toConfig(options), options.sender);
  const redact = redactorFor(options.credential);
  const isId = createIdCheck(redact);

  return async (call) => {
    const toError = () => missed(limitMs, runtime.isSent);
    const deadline = new Deadline({ clock, limitMs, toError });
    const runtime = new CallRuntime(deadline.signal);
    try {
      const response = (await client.callApi(toParams(call), toRequest(call), runtime)) as DecodedResponse;
      const body = toSuccess(response);
      return call.toResult(body, { requestId: requestIdOf(body, runtime.head, isId), isId });
    } catch (failure) {
      const { head: response, isSent } = runtime;
      throw toEsaError({ operation: call.operation, failure, response, isSent, redact, isId });
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

function toConfig({ endpoint, credential, userAgent }: SignedSendOptions): Config {
  return new Config({ ...credential, endpoint: endpoint.host, userAgent });
}

function toParams({ operation: action, method }: Call<unknown>): Params {
  return new Params({ action, method, version: '2024-09-10', pathname: '/', style: 'RPC' });
}

function toRequest({ query, form, nonce = randomUUID() }: Call<unknown>): OpenApiRequest {
  return new OpenApiRequest({
    query: query && toTexts(query),
    body: form && toTexts(form),
    headers: { 'x-acs-signature-nonce': nonce },
  });
}

function toTexts(parameters: CallParameters): Record<string, string> {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, toText(value)]));
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Success is what the body says; a status of 400 or more is none whatever the body says. */
function toSuccess({ statusCode, body }: DecodedResponse): Body {
  if (statusCode >= 400 || reportedFailure(body)) throw new ErrorResponse(body);
  if (statusCode < 300) return body;
  throw new UnexpectedResponse(noCode, `HTTP ${statusCode} is neither a success nor an error`, body);
}
