/** One endless GET on a connection of its own, so that it never stands in the way of a call. */
import { Client, type Dispatcher } from 'undici';
import type { HttpAnswer } from '../http/exchange.ts';
import { connectionOptions } from './connection-options.ts';
import type { TlsOptions } from './credentials.ts';
import { fromFailure } from './kube-error.ts';
import type { KubeStream } from './transport.ts';

export interface StreamRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly tls: TlsOptions;
  readonly signal: AbortSignal;
}

/** The open stream, or the whole answer where it is not 200. @throws KubeError when there is none */
export async function openStream(request: StreamRequest): Promise<OpenStream | HttpAnswer> {
  const { origin, path, headers, tls, signal } = request;
  const client = new Client(origin, { ...connectionOptions(tls), bodyTimeout: 0 });
  try {
    const answer = await client.request({ method: 'GET', path, headers, signal });
    if (answer.statusCode === 200) return new OpenStream(answer.body, client);
    const text = await answer.body.text();
    await client.destroy();
    return { status: answer.statusCode, headers: answer.headers, text };
  } catch (error) {
    await client.destroy();
    throw fromFailure(`GET ${path}`, error);
  }
}

export class OpenStream implements KubeStream {
  readonly status = 200;
  readonly chunks: AsyncIterable<Buffer>;
  readonly #client: Client;

  constructor(body: Dispatcher.ResponseData['body'], client: Client) {
    this.chunks = body;
    this.#client = client;
    // Whoever reads the chunks sees the error; nobody may be reading yet.
    body.on('error', () => {});
  }

  close(): void {
    this.#client.destroy().catch(() => {});
  }
}
