/** Turns whatever a call ended with into the one error that the rest of the operator knows. */
import { EsaError } from '../core/esa-error.ts';
import { thrownCode } from '../core/thrown-code.ts';
import type { HttpHead } from '../http/exchange.ts';
import { withoutOpenSslText } from '../http/openssl-text.ts';
import { ErrorAnswer, UnexpectedAnswer } from './failed-answer.ts';
import { type Redact, redactedCause, redactValue } from './redact.ts';

export interface FailedCall {
  readonly operation: string;
  readonly failure: unknown;
  readonly answer: HttpHead | undefined;
  /** Whether a byte of the request may have been written. */
  readonly isSent: boolean;
  readonly redact: Redact;
}

type Body = Readonly<Record<string, unknown>>;

/** The codes whose message quotes the request as the server read it (API reference section 4). */
const quotesRequest = /^(SignatureDoesNotMatch|IncompleteSignature)$/i;

/** Takes code and text from the body if the cloud sent a JSON object, else from the transport's error. */
export function toEsaError({ operation, failure, answer, isSent, redact }: FailedCall): EsaError {
  const body = bodyOf(failure);
  const texts = body === undefined ? transportTexts(failure, answer) : answerTexts(failure, body, answer);
  return new EsaError({
    operation,
    code: redact(texts.code),
    message: redact(texts.message),
    httpStatus: answer?.status,
    requestId: requestIdOf(body, answer),
    isUnsent: !isSent,
    retryAfterMs: milliseconds(answer?.headers['x-acs-retry-after']),
    data: body && (redactValue(withoutQuotedRequest(body, texts.code), redact) as Body),
    // The error for an answer holds nothing but that answer.
    cause: body === undefined ? redactedCause(failure, redact) : undefined,
  });
}

/** The body's RequestId, else the header's. */
export function requestIdOf(body: Body | undefined, answer: HttpHead | undefined): string | undefined {
  return text(body?.RequestId) ?? text(answer?.headers['x-acs-request-id']);
}

function bodyOf(failure: unknown): Body | undefined {
  return failure instanceof ErrorAnswer || failure instanceof UnexpectedAnswer ? failure.data : undefined;
}

function answerTexts(failure: unknown, body: Body, answer: HttpHead | undefined) {
  if (failure instanceof UnexpectedAnswer) return { code: failure.code, message: failure.message };
  const code = text(body.Code) ?? text(body.code) ?? 'undefined';
  if (quotesRequest.test(code)) return { code, message: signatureRefused };
  const message = text(body.Message) ?? text(body.message) ?? `HTTP ${answer?.status} without a message`;
  return { code, message };
}

const signatureRefused =
  'The signature was refused; the rest of the message repeats the request, so it is left out.';

function withoutQuotedRequest(body: Body, code: string): Body {
  if (!quotesRequest.test(code)) return body;
  return { Code: code, Message: signatureRefused, RequestId: body.RequestId, HostId: body.HostId };
}

function transportTexts(failure: unknown, answer: HttpHead | undefined) {
  const code = thrownCode(failure);
  if (answer !== undefined && code === 'SyntaxError') {
    const type = answer.headers['content-type'] ?? 'no content type';
    return { code, message: `HTTP ${answer.status}: the answer is not a JSON object (${type})` };
  }
  return { code, message: withoutOpenSslText((failure as Error).message) || `the call failed: ${code}` };
}

function milliseconds(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
