/** The one error of everything under `kube/`: what was asked, what came back, how long to wait. */

export interface KubeErrorDetails {
  /**
   * Stable, to branch on: Kubernetes' `reason` (`NotFound`, `TooManyRequests`, ...; `HTTP500` where the answer has none),
   * the transport's code (`ECONNRESET`, `UND_ERR_SOCKET`, ...) or one of our own: `Aborted`, `CredentialsUnavailable`,
   * `DeadlineExceeded`, `InvalidAnswer`, and those of a watch.
   */
  readonly code: string;
  readonly message: string;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number | undefined;
  /** `reason` of the answered Status object. */
  readonly reason?: string | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: string;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: KubeErrorDetails) {
    super(redact(details.message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The part of `meta/v1` Status that the API server sends with every refusal and with a watch's ERROR event. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly retryAfterSeconds?: number };
}

/**
 * The error for an answer that is not 2xx.
 * @param action what was asked, for people, for example `GET /api/v1/nodes`
 * @param retryAfter the header, in seconds
 */
export function fromAnswer(
  action: string,
  status: number,
  body: string,
  retryAfter?: string | string[],
): KubeError {
  return fromStatus(action, { code: status, ...parseStatus(body) }, { retryAfterMs: toMs(retryAfter) });
}

/** The error for a Status object, as an ERROR event of a watch carries it; `known` overrules what it says. */
export function fromStatus(
  action: string,
  { code, reason, message, details }: Status,
  known: { readonly code?: string; readonly retryAfterMs?: number | undefined } = {},
): KubeError {
  return new KubeError({
    code: known.code ?? (reason || `HTTP${code ?? 0}`),
    message: `${action}: ${[code, reason, message].filter(Boolean).join(' ')}`,
    status: code,
    reason: reason || undefined,
    retryAfterMs: known.retryAfterMs ?? toMs(details?.retryAfterSeconds),
  });
}

/** The error for a call that got no answer: refused, reset, timed out, a bad certificate. */
export function fromFailure(action: string, error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const { message, code } = error as Error & { code?: string };
  return new KubeError({ code: code ?? 'InvalidAnswer', message: `${action}: ${message}`, cause: error });
}

/** A proxy or a load balancer may answer with anything; its first words are better than none. */
function parseStatus(body: string): Status {
  try {
    const { reason, message, details } = JSON.parse(body) as Status;
    return { ...(reason && { reason }), ...(message && { message }), ...(details && { details }) };
  } catch {
    return { message: body.slice(0, 200).trim() };
  }
}

function toMs(seconds: string | string[] | number | undefined): number | undefined {
  const value = Number(seconds ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
}

/** Bearer tokens and anything that looks like a JWT must not reach a log. */
export function redact(text: string): string {
  return text
    .replace(/\b(Bearer +\S+|Basic +[\w+/=]{8,})/gi, '***')
    .replace(/\beyJ[\w-]{8,}(\.[\w-]+)*/g, '***');
}
