/** Turns whatever a call ended with into the one error that the rest of the operator knows. */

import type { Body, IsId } from '../cloud/call.ts';
import { UnexpectedResponse } from '../cloud/unexpected-response.ts';
import { EsaError, noCode } from '../core/errors/esa-error.ts';
import { thrownCode } from '../core/errors/thrown-code.ts';
import type { Redact } from '../core/text/redact.ts';
import type { HttpHead } from '../http/exchange.ts';
import { withoutOpenSslText } from '../http/openssl-text.ts';
import { ErrorResponse } from './error-response.ts';
import { namedWaitMs } from './named-wait.ts';
import { redactedCause, toShown, toShownValue } from './redact.ts';
import { failureTexts } from './reported-failure.ts';

export interface FailedCall {
  readonly operation: string;
  readonly failure: unknown;
  readonly response: HttpHead | undefined;
  /** Whether a byte of the request may have been written. */
  readonly isSent: boolean;
  readonly redact: Redact;
  readonly isId: IsId;
}

interface FailureTexts {
  readonly code: string;
  readonly message: string;
}

/** The codes whose message may quote the request as the server read it (API reference section 4). */
const quotesRequest = /signature/i;
const longestCode = 256;
const longestMessage = 4000;

/** Takes code and text from the body if the cloud sent an object, else from the transport's error. */
export function toEsaError(call: FailedCall): EsaError {
  const { operation, failure, response, isSent, redact, isId } = call;
  const body = bodyOf(failure);
  const texts = body === undefined ? transportTexts(failure, response) : responseTexts(failure, body, call);
  return new EsaError({
    operation,
    code: toShown(texts.code, longestCode, redact),
    message: toShown(texts.message, longestMessage, redact),
    httpStatus: response?.status,
    requestId: requestIdOf(body, response, isId),
    isUnsent: !isSent,
    retryAfterMs: response && namedWaitMs(response.headers),
    data: body && (toShownValue(withoutQuotedRequest(body, texts.code), redact) as Body),
    // The error for a response holds nothing but that response.
    cause: body === undefined ? redactedCause(failure, redact) : undefined,
  });
}

/** The body's RequestId, else the header's; what does not look like one is left out. */
export function requestIdOf(
  body: Body | undefined,
  response: HttpHead | undefined,
  isId: IsId,
): string | undefined {
  const nested = [body, body?.Error].map((holder) => (holder as Body | undefined)?.RequestId);
  const found = [...nested, response?.headers['x-acs-request-id']].filter((id) => typeof id === 'string');
  return found.find(isId);
}

function bodyOf(failure: unknown): Body | undefined {
  return failure instanceof ErrorResponse || failure instanceof UnexpectedResponse ? failure.data : undefined;
}

function responseTexts(failure: unknown, body: Body, { response, isId }: FailedCall): FailureTexts {
  if (failure instanceof UnexpectedResponse) return { code: failure.code, message: failure.message };
  const { code = noCode, message = `HTTP ${response?.status} without a message` } = failureTexts(body);
  if (quotesRequest.test(code)) return { code, message: signatureRefused };
  return { code, message: message + idBeside(body, isId) };
}

/** A failure that names a version all the same: a person can find it, and the operator looks for it by name. */
function idBeside({ VersionId: versionId }: Body, isId: IsId): string {
  return typeof versionId === 'string' && isId(versionId) ? ` (the response names version ${versionId})` : '';
}

const signatureRefused =
  'The signature was refused; the rest of the message repeats the request, so it is left out.';

function withoutQuotedRequest(body: Body, code: string): Body {
  if (!quotesRequest.test(code)) return body;
  return { Code: code, Message: signatureRefused, RequestId: body.RequestId, HostId: body.HostId };
}

function transportTexts(failure: unknown, response: HttpHead | undefined): FailureTexts {
  const code = thrownCode(failure);
  if (response !== undefined && code === 'SyntaxError') {
    const type = response.headers['content-type'] ?? 'no content type';
    return { code, message: `HTTP ${response.status}: the response is not a JSON object (${type})` };
  }
  return { code, message: withoutOpenSslText((failure as Error).message) || `the call failed: ${code}` };
}
