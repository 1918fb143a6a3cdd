/** A TCP proxy on loopback that cuts connections: all of them, or each at the next request that comes through it. */
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What of the request still reaches the far side before the cut. */
export type Cut = 'nothing' | 'half' | 'all';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

export class TcpProxy implements AsyncDisposable {
  /** The connections that were cut. */
  cuts = 0;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #next: { readonly cut: Cut; left: number } | undefined;

  private constructor(target: URL) {
    this.#server = createServer((near) => this.#accept(near, target));
  }

  /** @param target where the connections go on to, by its host and port */
  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(target));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return address.port;
  }

  /** Cuts all connections now, in whatever they are. */
  cutAll(): void {
    for (const pair of this.#pairs) this.#cut(pair);
  }

  /** Cuts the connections of the next `count` requests, once `cut` of each has gone through. */
  cutNext(cut: Cut, count: number): void {
    this.#next = { cut, left: count };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    await closed;
  }

  #accept(near: Socket, { hostname, port }: URL): void {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    const pair = { near, far };
    this.#pairs.add(pair);
    near.setNoDelay(true);
    near.on('data', (bytes: Buffer) => this.#pass(pair, bytes));
    near.on('end', () => far.end());
    far.pipe(near);
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        this.#pairs.delete(pair);
      });
    }
  }

  #pass(pair: Pair, bytes: Buffer): void {
    if (!this.#next?.left) {
      pair.far.write(bytes);
      return;
    }
    this.#next.left -= 1;
    const share = { nothing: 0, half: 0.5, all: 1 }[this.#next.cut];
    // What was written goes out before the end; the answer finds nobody.
    pair.far.end(bytes.subarray(0, Math.floor(bytes.length * share)));
    this.#cut({ near: pair.near });
  }

  #cut({ near, far }: Pick<Pair, 'near'> & Partial<Pair>): void {
    this.cuts += 1;
    near.resetAndDestroy();
    far?.resetAndDestroy();
  }
}
