/** The one error that the ESA adapter throws, whatever went wrong with a call. */

/** Stands for the code of a response that reports a failure and names none; its HTTP status then decides. */
export const noCode = '(no code)';

export interface EsaErrorDetails {
  /** The API operation, for example `CreateEdgeContainerAppVersion`. */
  readonly operation: string;
  /**
   * Spelled as in `error-table.json`. The cloud's `Code`, as sent, cut where it is long; `(no code)` where a response
   * reports a failure without one; `SyntaxError` where a response is neither JSON nor an error in XML;
   * `(200 without VersionId)` for a success without an id; otherwise what `thrownCode` makes of the error that the
   * library threw. An own deadline that ran out is `RequestTimeoutError`.
   */
  readonly code: string;
  /** The text for people, secrets and addresses with query strings removed. */
  readonly message: string;
  /** Of the response, even one that was not JSON. */
  readonly httpStatus?: number | undefined;
  readonly requestId?: string | undefined;
  /** No byte of the request was written, so that surely nothing happened; absent where that is not known. */
  readonly isUnsent?: boolean | undefined;
  /** How long the cloud asks to wait, in milliseconds; an hour at most. */
  readonly retryAfterMs?: number | undefined;
  /** The response's body, where it could be read; secrets removed, and cut where it is long. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

export class EsaError extends Error {
  override readonly name = 'EsaError';
  readonly operation: string;
  readonly code: string;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly isUnsent: boolean;
  readonly retryAfterMs: number | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(details: EsaErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.operation = details.operation;
    this.code = details.code;
    this.httpStatus = details.httpStatus;
    this.requestId = details.requestId;
    this.isUnsent = details.isUnsent ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.data = details.data;
  }
}
