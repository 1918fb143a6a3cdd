/** The one error of everything under `kube/`: what was asked, what came back, how long to wait. */
import { cutText } from '../core/text/cut-text.ts';
import { toPrintableLines } from '../core/text/printable.ts';
import { redactForeign } from '../core/text/redact.ts';
import { responseTooLarge } from '../http/body-buffer.ts';
import { decodeJson, jsonTooDeep } from '../http/decode-json.ts';
import { withoutOpenSslText } from '../http/openssl-text.ts';

export interface KubeErrorDetails {
  /**
   * Stable, to branch on: Kubernetes' `reason` (`NotFound`, `TooManyRequests`, ...; `HTTP500` where the response has none),
   * the transport's code (`ECONNRESET`, `UND_ERR_SOCKET`, ...) or one of our own: `Aborted`, `CredentialsUnavailable`,
   * `DeadlineExceeded`, `InvalidResponse`, `ResponseTooLarge`, `JsonTooDeep`, `ListingTooLong`, and those of a watch.
   */
  readonly code: string;
  readonly message: string;
  /** HTTP status; absent when there was no response. */
  readonly status?: number | undefined;
  /** `reason` of the answered Status object. */
  readonly reason?: string | undefined;
  /** How long the server asks to wait, in milliseconds; at most 30 s. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

const maxMessageLength = 2_000;

/** Cut before, as replacing takes its time, and after, as what was cut within a token must not become the end. */
function toMessage(text: string): string {
  return cutText(toPrintableLines(redactForeign(cutText(text, 4 * maxMessageLength))), maxMessageLength);
}

export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: string;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: KubeErrorDetails) {
    super(toMessage(details.message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The part of `meta/v1` Status that the API server sends with every refusal and with a watch's ERROR event. */
interface Status {
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * The error for a response that is not 2xx.
 * @param action what was asked, for people, for example `GET /api/v1/nodes`
 * @param retryAfter the header, in seconds
 */
export function fromResponse(
  action: string,
  status: number,
  body: string,
  retryAfter?: string | string[],
): KubeError {
  return toError(action, { ...parseStatus(body), code: status }, { retryAfterMs: toRetryMs(retryAfter) });
}

/** The error for a Status object, as an ERROR event of a watch carries it; `known` overrules what it says. */
export function fromStatus(action: string, status: unknown, known: { readonly code: string }): KubeError {
  return toError(action, toStatus(status), known);
}

function toError(
  action: string,
  { code, reason, message, retryAfterMs }: Status,
  known: { readonly code?: string; readonly retryAfterMs?: number | undefined },
): KubeError {
  return new KubeError({
    code: known.code ?? (reason || `HTTP${code ?? 0}`),
    message: `${action}: ${[code, reason, message].filter(Boolean).join(' ')}`,
    status: code,
    reason: reason || undefined,
    retryAfterMs: known.retryAfterMs ?? retryAfterMs,
  });
}

/** The error for a call that got no response: refused, reset, timed out, a bad certificate. */
export function fromFailure(action: string, error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const { message, code = 'InvalidResponse' } = error as Error & { code?: string };
  // The error for several addresses of one host has no text.
  const text = withoutOpenSslText(message) || code;
  return new KubeError({ code, message: `${action}: ${text}`, cause: error });
}

/** Whether something was too large or too deep to be read: less of it at a time may be readable. */
export function isUnreadable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === responseTooLarge || code === jsonTooDeep;
}

/** A proxy or a load balancer may respond with anything; its first words are better than none. */
function parseStatus(body: string): Status {
  try {
    return toStatus(decodeJson(body));
  } catch {
    return { message: cutText(body.trim(), 200) };
  }
}

/** The members that have the right type: what is sent as a Status may be anything. */
function toStatus(value: unknown): Status {
  const { code, reason, message, details } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { retryAfterSeconds } = (details ?? {}) as Readonly<Record<string, unknown>>;
  return {
    code: typeof code === 'number' ? code : undefined,
    reason: typeof reason === 'string' ? cutText(reason, maxReasonLength) : undefined,
    message: typeof message === 'string' ? message : undefined,
    retryAfterMs: toRetryMs(retryAfterSeconds),
  };
}

const maxReasonLength = 100;
/** A server cannot put us to sleep for longer. */
const longestRetryMs = 30_000;

/** Milliseconds for a number of seconds, as a header or a Status has it; undefined for anything else. */
export function toRetryMs(seconds: unknown): number | undefined {
  const isGiven = typeof seconds === 'number' || (typeof seconds === 'string' && seconds.trim() !== '');
  const ms = isGiven ? Number(seconds) * 1000 : Number.NaN;
  return ms >= 0 ? Math.min(ms, longestRetryMs) : undefined;
}
