/** Answers: the API's envelope, and the ways a fault spoils them on the way to the client. */
import type { ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';
import type { CallOutcome } from './call-log.ts';
import type { FaultAnswer } from './fault.ts';
import type { JsonObject } from './version-record.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly code?: string;
}

/** How the answer goes out; the words of `CallOutcome.delivery`. */
export type Delivery = Exclude<CallOutcome['delivery'], 'pending'>;

export interface AnswerContext {
  readonly requestId: string;
  /** The endpoint as the client named it. */
  readonly hostId: string;
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
export function spoil(
  truth: Answer,
  fault: FaultAnswer | undefined,
  context: AnswerContext,
): { readonly answer: Answer; readonly delivery: Delivery } {
  switch (fault?.kind) {
    case undefined:
      return whole(truth);
    case 'error': {
      const { code, ...options } = fault;
      return whole(errorAnswer(new ApiError(code, options), context));
    }
    case 'html': {
      const status = fault.status ?? 502;
      const body = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`;
      return whole({ status, headers: { 'content-type': 'text/html' }, body });
    }
    case 'empty':
      return whole({ status: fault.status ?? 200, headers: {}, body: '' });
    case 'json':
      return whole(jsonAnswer(fault.status ?? 200, fault.body, context.requestId));
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
      return { answer: truth, delivery: 'cut' };
    case 'stall':
      return { answer: truth, delivery: 'stalled' };
    case 'hang':
      return { answer: truth, delivery: 'none' };
  }
}

/** Sends the answer, or as much of it as `delivery` lets through. */
export function deliver(response: ServerResponse, answer: Answer, delivery: Delivery): void {
  if (delivery === 'none') return;
  if (delivery === 'dropped') {
    response.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  if (delivery === 'whole') {
    response.end(body);
    return;
  }
  const half = body.subarray(0, Math.ceil(body.length / 2));
  response.write(half, () => {
    if (delivery === 'cut') response.destroy();
  });
}

function whole(answer: Answer): { readonly answer: Answer; readonly delivery: 'whole' } {
  return { answer, delivery: 'whole' };
}

function jsonAnswer(status: number, body: unknown, requestId: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId },
    body: JSON.stringify(body),
  };
}
