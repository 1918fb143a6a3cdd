/** Stands in front of a good server and passes everything on, but for requests that get a payload instead. */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  /** Of query and form. */
  readonly parameters: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** The connection of a request, to which anything at all may be written. */
export class Peer {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket.on('error', () => {});
  }

  get hasLeft(): boolean {
    return this.#socket.destroyed || !this.#socket.writable;
  }

  /** Sends bytes, a character for each, as fast as the other side takes them; nothing once it has left. */
  async send(bytes: string | Buffer): Promise<void> {
    if (this.hasLeft || this.#socket.write(bytes, 'latin1')) return;
    const over = new AbortController();
    const { signal } = over;
    const goesOn = [once(this.#socket, 'drain', { signal }), once(this.#socket, 'close', { signal })];
    await Promise.race(goesOn).catch(() => {});
    over.abort();
    await Promise.allSettled(goesOn);
  }

  end(): void {
    this.#socket.end();
  }

  /** Says nothing more until the other side leaves. */
  async left(): Promise<void> {
    if (!this.#socket.destroyed) await once(this.#socket, 'close');
  }
}

/** Writes an answer to the connection; `count` is 1 for the first request that gets it. */
export type Payload = (peer: Peer, count: number) => Promise<void>;

interface Trap {
  readonly test: (request: ProxiedRequest) => boolean;
  readonly payload: Payload;
  readonly times: number;
  count: number;
  readonly served: PromiseWithResolvers<void>;
}

export interface Upstream {
  /** Without a path. */
  readonly url: string;
  readonly tls?: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
}

export class HostileProxy implements AsyncDisposable {
  readonly #upstream: Upstream;
  readonly #traps = new Set<Trap>();
  readonly #passing = new Map<ServerResponse, ProxiedRequest>();
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  static async start(upstream: Upstream): Promise<HostileProxy> {
    const proxy = new HostileProxy(upstream);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next requests that pass the test get the payload. Resolves once one got all of it, or has left. */
  trap(test: Trap['test'], payload: Payload, times = 1): Promise<void> {
    const served = Promise.withResolvers<void>();
    this.#traps.add({ test, payload, times, count: 0, served });
    return served.promise;
  }

  /** Breaks the answers under way to requests that pass the test. */
  cut(test: Trap['test']): void {
    for (const [response, request] of this.#passing) if (test(request)) response.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const request = toProxied(incoming, body);
    for (const trap of this.#traps) {
      if (!trap.test(request)) continue;
      trap.count += 1;
      if (trap.count === trap.times) this.#traps.delete(trap);
      const peer = new Peer(incoming.socket);
      await trap.payload(peer, trap.count);
      peer.end();
      trap.served.resolve();
      return;
    }
    this.#passing.set(response, request);
    response.on('close', () => this.#passing.delete(response));
    this.#pass(incoming, body, response);
  }

  #pass({ method, url, headers }: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { hostname, port, protocol } = new URL(this.#upstream.url);
    // The host is signed: the emulator must see what the client named.
    const options = {
      hostname,
      port,
      method,
      path: url,
      headers,
      ...this.#upstream.tls,
      agent: false as const,
    };
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const upstream = send(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
      answer.on('error', () => response.destroy()).pipe(response);
    });
    upstream.on('error', () => response.destroy()).end(body);
    response.on('close', () => upstream.destroy());
  }
}

function toProxied({ method = '', url = '/', headers }: IncomingMessage, body: Buffer): ProxiedRequest {
  const [path = '', query = ''] = url.split('?');
  const form = headers['content-type']?.includes('form') ? body.toString() : '';
  return { method, path, parameters: new URLSearchParams(`${query}&${form}`), headers };
}
