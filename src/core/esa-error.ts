/** The one error that the ESA adapter throws, whatever went wrong with a call. */

export interface EsaErrorDetails {
  /** The API operation, for example `CreateEdgeContainerAppVersion`. */
  readonly operation: string;
  /**
   * The cloud's `Code`, or the transport's (`ECONNRESET`, `RequestTimeoutError`, `SyntaxError`, ...), spelled as in
   * `error-table.json`.
   */
  readonly code: string;
  /** The text for people, secrets and addresses with query strings removed. */
  readonly message: string;
  readonly httpStatus?: number | undefined;
  readonly requestId?: string | undefined;
  /** How long the cloud asks to wait, in milliseconds (`x-acs-retry-after`). */
  readonly retryAfterMs?: number | undefined;
  /** The answer's body, where it was JSON; secrets removed. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

export class EsaError extends Error {
  override readonly name = 'EsaError';
  readonly operation: string;
  readonly code: string;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(details: EsaErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.operation = details.operation;
    this.code = details.code;
    this.httpStatus = details.httpStatus;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.data = details.data;
  }
}
