/** One endless GET on a connection of its own, so that it never stands in the way of a call. */
import { Client, type Dispatcher } from 'undici';
import type { Clock } from '../core/clock.ts';
import { BodyBuffer } from '../http/body-buffer.ts';
import type { HttpResponse } from '../http/exchange.ts';
import type { Route } from '../http/route.ts';
import { connectionOptions } from './connection-options.ts';
import { createDeadline } from './deadline.ts';
import type { KubeStream } from './kube-call.ts';
import { fromFailure } from './kube-error.ts';
import type { TlsOptions } from './read-credentials.ts';

export interface StreamRequest {
  readonly route: Route;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly tls: TlsOptions;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** How long it may take until the stream is open or its refusal read, in milliseconds. */
  readonly openTimeoutMs: number;
}

/** A Status object has a few hundred bytes. */
const maxRefusalBytes = 64 * 1024;

/**
 * The open stream, or the refusal where the status is not 200: with as much of its body as came in time and fits.
 * @throws KubeError when there is neither
 */
export async function openStream(request: StreamRequest): Promise<OpenStream | HttpResponse> {
  const { route, path, headers, tls, signal, clock, openTimeoutMs: limitMs } = request;
  const action = `GET ${path}`;
  const client = new Client(route.origin, { ...connectionOptions(route, tls), bodyTimeout: 0 });
  const opening = createDeadline(action, { clock, limitMs, signal });
  try {
    const { statusCode, ...response } = await client.request({
      method: 'GET',
      path: route.prefix + path,
      headers,
      signal: opening.signal,
    });
    if (statusCode === 200) return new OpenStream(response.body, client, signal);
    const text = await readRefusal(response.body);
    destroy(client);
    return { status: statusCode, headers: response.headers, text };
  } catch (error) {
    destroy(client);
    throw opening.error ?? fromFailure(action, error);
  } finally {
    opening.clear();
  }
}

/** The status says enough to act on, so a body that breaks off, is too long or never ends is taken as far as it came. */
async function readRefusal(body: AsyncIterable<Buffer>): Promise<string> {
  const buffer = new BodyBuffer(maxRefusalBytes);
  try {
    for await (const chunk of body) buffer.push(chunk);
  } catch {}
  return buffer.toString();
}

function destroy(client: Client): void {
  client.destroy().catch(() => {});
}

export class OpenStream implements KubeStream {
  readonly status = 200;
  readonly chunks: AsyncIterable<Buffer>;
  readonly #client: Client;
  readonly #signal: AbortSignal;

  constructor(body: Dispatcher.ResponseData['body'], client: Client, signal: AbortSignal) {
    this.chunks = body;
    this.#client = client;
    this.#signal = signal;
    // Whoever reads the chunks sees the error; nobody may be reading yet.
    body.on('error', () => {});
    signal.addEventListener('abort', this.close, { once: true });
    if (signal.aborted) this.close();
  }

  readonly close = (): void => {
    this.#signal.removeEventListener('abort', this.close);
    destroy(this.#client);
  };
}
