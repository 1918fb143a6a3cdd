/** What can be asked of an API server: one call, or a stream. */
import type { HttpRequest } from '../http/exchange.ts';

export interface KubeCall {
  readonly method: HttpRequest['method'];
  /** From the server's root, with its query: `/api/v1/namespaces?limit=1`. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** `application/json` where absent. */
  readonly contentType?: string;
  /** `application/json` where absent. */
  readonly accept?: string;
  /** For the whole call with its retries, in milliseconds; 30 s where absent. */
  readonly deadlineMs?: number;
  /** How often a call may be repeated after 429, 503 or a lost connection; never where absent. GET, PUT, DELETE only. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

export interface KubeStream {
  readonly chunks: AsyncIterable<Buffer>;
  /** Ends the stream and its connection at once; `chunks` then ends or throws. */
  close(): void;
}
