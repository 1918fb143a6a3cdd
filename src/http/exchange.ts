/**
 * One request over undici and its whole response. undici's own `request` makes a stream of each response, which costs as much
 * again as the call when the response is a few kilobytes that are wanted as one text.
 */
import type { Dispatcher } from 'undici';
import { BodyBuffer, ResponseTooLargeError } from './body-buffer.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the server's root, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface HttpHead {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface HttpResponse extends HttpHead {
  readonly text: string;
}

export interface ExchangeOptions {
  /** Ends the request with its connection, and the exchange at once with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called right before the first byte is written: until then surely nothing was sent. */
  readonly onSend?: () => void;
  /** Told status and headers as soon as they are there: the body may yet be lost. */
  readonly onHead?: (head: HttpHead) => void;
  /** The largest body that is read; a larger one ends the exchange and its connection. 8 MiB where absent. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 8 * 1024 * 1024;

/**
 * Sends the request once.
 * @throws the signal's reason, ResponseTooLargeError (code `ResponseTooLarge`), or what the connection ended with
 */
export function exchange(
  dispatcher: Dispatcher,
  request: HttpRequest,
  options: ExchangeOptions,
): Promise<HttpResponse> {
  const handler = new Handler(options);
  dispatcher.dispatch({ ...request, body: request.body ?? null }, handler);
  return handler.response;
}

class Handler implements Dispatcher.DispatchHandler {
  readonly response: Promise<HttpResponse>;
  readonly #options: ExchangeOptions;
  readonly #settled = Promise.withResolvers<HttpResponse>();
  readonly #maxBytes: number;
  readonly #body: BodyBuffer;
  #controller: Dispatcher.DispatchController | undefined;
  #head: HttpHead | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    this.#body = new BodyBuffer(this.#maxBytes);
    this.response = this.#settled.promise;
    options.signal.addEventListener('abort', this.#onAbort);
    if (options.signal.aborted) this.#onAbort();
  }

  /** Called when a connection is there; until then the request may have waited for one. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { signal, onSend } = this.#options;
    if (signal.aborted) {
      controller.abort(signal.reason);
      return;
    }
    this.#controller = controller;
    onSend?.();
  }

  /** Called for interim responses too, which say nothing. A body that says to be too large is not waited for. */
  onResponseStart(_: unknown, status: number, headers: HttpHead['headers']): void {
    if (status < 200) return;
    this.#head = { status, headers };
    this.#options.onHead?.(this.#head);
    if (Number(headers['content-length']) > this.#maxBytes)
      throw new ResponseTooLargeError(`${this.#maxBytes} bytes`);
  }

  /** What is thrown here, undici ends the connection with, and gives to `onResponseError`. */
  onResponseData(_: unknown, chunk: Buffer): void {
    this.#body.push(chunk);
  }

  onResponseEnd(): void {
    this.#end();
    this.#settled.resolve({ ...(this.#head as HttpHead), text: this.#body.toString() });
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end();
    this.#settled.reject(error);
  }

  readonly #onAbort = (): void => {
    const { reason } = this.#options.signal;
    this.#end();
    this.#settled.reject(reason);
    this.#controller?.abort(reason);
  };

  #end(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }
}
