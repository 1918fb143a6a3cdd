/** A forward proxy on loopback: tunnels by CONNECT and plain requests, to wherever a test sends each host. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { CertificatePair } from '../control-plane/certificates.ts';

export interface ConnectProxyOptions {
  /** Where the tunnels to `host:port` really go, as `127.0.0.1:port`. */
  readonly targets?: Readonly<Record<string, string>>;
  /** Asks for this user, as `user:password`. */
  readonly user?: string;
  /** Refuses every tunnel with this status. */
  readonly refusesWith?: number;
  /** With a certificate the proxy itself is spoken to over TLS. */
  readonly tls?: CertificatePair;
}

export class ConnectProxy implements AsyncDisposable {
  /** The authorities of all tunnels that were asked for, and the addresses of all plain requests. */
  readonly asked: string[] = [];
  readonly #options: ConnectProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: ConnectProxyOptions) {
    const { tls } = options;
    this.#options = options;
    this.#server = tls ? createTlsServer({ cert: tls.certificate, key: tls.privateKey }) : createServer();
    this.#server.on('request', (incoming, response) => this.#forward(incoming, response));
    this.#server.on('connect', (incoming: IncomingMessage, socket: Socket) => this.#tunnel(incoming, socket));
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
  }

  static async start(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** @param user as `user:password` */
  url(user?: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.tls ? 'https' : 'http'}://${user ? `${user}@` : ''}127.0.0.1:${port}`;
  }

  /** Cuts all connections through it. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cutAll();
    await closed;
  }

  #tunnel({ url = '', headers }: IncomingMessage, near: Socket): void {
    this.asked.push(url);
    const status = this.#statusFor(headers['proxy-authorization']);
    const target = this.#options.targets?.[url];
    if (status !== 200 || target === undefined) {
      near.end(`HTTP/1.1 ${status === 200 ? 502 : status} Whatever\r\ncontent-length: 2\r\n\r\nno`);
      return;
    }
    const { hostname, port } = new URL(`tcp://${target}`);
    const far = connect(Number(port), hostname);
    this.#keep(far);
    far.once('connect', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    // What has arrived goes on, also when who sent it is gone: `end` and `destroySoon` write it first.
    far.on('close', () => near.destroySoon());
    near.on('close', () => far.end());
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url = '', headers } = incoming;
    this.asked.push(url);
    const status = this.#statusFor(headers['proxy-authorization']);
    const { host, pathname, search } = new URL(url);
    const target = this.#options.targets?.[host];
    if (status !== 200 || target === undefined) {
      response.writeHead(status === 200 ? 502 : status).end('no');
      return;
    }
    const { hostname, port } = new URL(`tcp://${target}`);
    const onward = request({ hostname, port, method, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }

  #statusFor(authorization: string | undefined): number {
    const { user, refusesWith = 200 } = this.#options;
    const wanted = user && `Basic ${Buffer.from(user).toString('base64')}`;
    return wanted && authorization !== wanted ? 407 : refusesWith;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }
}
