/** Answers: the API's envelope, and the ways a fault spoils them on the way to the client. */
import { ApiError } from './api-error.ts';
import type { CallOutcome } from './call-log.ts';
import type { AnswerHeaders, FaultAnswer } from './fault.ts';
import type { JsonObject } from './version-record.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly code?: string;
}

/** What the client gets, and how; the words of `CallOutcome.delivery`. */
export interface Spoiled {
  readonly answer: Answer;
  readonly delivery: Exclude<CallOutcome['delivery'], 'pending'>;
  /** Bytes of the body: those that go out of one that is cut or stalled, half where absent; or the size to fill up to. */
  readonly bytes?: number | undefined;
}

export interface AnswerContext {
  readonly requestId: string;
  /** The endpoint as the client named it. */
  readonly hostId: string;
  /** How many calls the fault has hit that hits this one, this one included. */
  readonly hit?: number | undefined;
}

export function successAnswer(body: JsonObject, { requestId }: AnswerContext): Answer {
  return jsonAnswer(200, { ...body, RequestId: requestId }, requestId);
}

export function errorAnswer(error: ApiError, { requestId, hostId }: AnswerContext): Answer {
  const query = new URLSearchParams({ q: error.code, product: 'ESA', requestId });
  const body = {
    RequestId: requestId,
    HostId: hostId,
    Code: error.code,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?${query}`,
    ...error.members,
  };
  const answer = jsonAnswer(error.status, body, requestId);
  const retryAfter =
    error.retryAfterMs === undefined ? {} : { 'x-acs-retry-after': String(error.retryAfterMs) };
  return { ...answer, headers: { ...answer.headers, ...retryAfter }, code: error.code };
}

/** What the client gets instead of `truth`, and how. */
export function spoil(truth: Answer, fault: FaultAnswer | undefined, context: AnswerContext): Spoiled {
  switch (fault?.kind) {
    case undefined:
      return whole(truth);
    case 'error': {
      const { code, headers, ...options } = fault;
      return whole(errorAnswer(new ApiError(code, options), context), headers);
    }
    case 'html': {
      const status = fault.status ?? 502;
      const body = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`;
      return whole({ status, headers: { 'content-type': 'text/html' }, body }, fault.headers);
    }
    case 'empty':
      return whole({ status: fault.status ?? 200, headers: {}, body: '' }, fault.headers);
    case 'json':
      return whole(jsonAnswer(fault.status ?? 200, fault.body, context.requestId), fault.headers);
    case 'raw': {
      const { status = 200, text, contentType } = fault;
      const body = text.replaceAll('{hit}', String(context.hit));
      const headers = headersOf(context.requestId, contentType);
      return whole({ status, headers, body }, fault.headers);
    }
    case 'omit': {
      const members = Object.entries(JSON.parse(truth.body)).filter(
        ([name]) => !fault.members.includes(name),
      );
      return whole({ ...truth, body: JSON.stringify(Object.fromEntries(members)) });
    }
    case 'redirect':
      return whole({ status: fault.status ?? 302, headers: { location: fault.location }, body: '' });
    case 'drop':
      return { answer: truth, delivery: 'dropped' };
    case 'cut':
      return { answer: truth, delivery: 'cut', bytes: fault.bytes };
    case 'stall':
      return { answer: truth, delivery: 'stalled', bytes: fault.bytes };
    case 'large':
      return { answer: truth, delivery: 'whole', bytes: fault.bytes };
    case 'endless':
      return { answer: truth, delivery: 'endless' };
    case 'hang':
      return { answer: truth, delivery: 'none' };
  }
}

function whole(answer: Answer, headers: AnswerHeaders = {}): Spoiled {
  return { answer: { ...answer, headers: { ...answer.headers, ...headers } }, delivery: 'whole' };
}

function jsonAnswer(status: number, body: unknown, requestId: string): Answer {
  return { status, headers: headersOf(requestId), body: JSON.stringify(body) };
}

function headersOf(requestId: string, contentType = 'application/json;charset=utf-8') {
  return { 'content-type': contentType, 'x-acs-request-id': requestId };
}
