/** Stands between client and API server, speaks plain HTTP to the one and TLS to the other, and spoils watches. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** What becomes of a watch once some bytes have passed. */
export type Fault = 'cut' | 'end' | 'stall' | 'corrupt';
export interface FaultPlan {
  readonly fault: Fault;
  readonly afterBytes: number;
}

export class FlakyProxy implements AsyncDisposable {
  /** How often each fault has struck. */
  readonly struck: Record<Fault, number> = { cut: 0, end: 0, stall: 0, corrupt: 0 };
  /** Asked for each new watch; undefined lets it through unharmed. */
  plan: () => FaultPlan | undefined = () => undefined;
  readonly #server: Server;
  readonly #upstream: RequestOptions;
  readonly #watches = new Set<SpoiledWatch>();

  private constructor(upstream: RequestOptions) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => this.#forward(request, response));
  }

  static async start(kubeConfig: KubeConfig): Promise<FlakyProxy> {
    const tls: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(tls);
    const { hostname, port } = new URL(kubeConfig.getCurrentCluster()?.server ?? '');
    const { ca, cert, key } = tls;
    const agent = new Agent({ keepAlive: true });
    const proxy = new FlakyProxy({ hostname, port, agent, ca, cert, key });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  kubeConfig(): KubeConfig {
    const kubeConfig = new KubeConfig();
    const server = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    kubeConfig.loadFromClusterAndUser({ name: 'proxy', server, skipTLSVerify: true }, { name: 'tester' });
    return kubeConfig;
  }

  /** Strikes every watch that is open now. */
  strike(fault: Fault): void {
    for (const watch of this.#watches) watch.strike(fault);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    (this.#upstream.agent as Agent).destroy();
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = request;
    const { host: _, ...forwarded } = headers;
    const options = { ...this.#upstream, method, path: url, headers: forwarded };
    const upstream = httpsRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
      if (url.includes('watch=1')) this.#spoil(answer, response);
      else answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  #spoil(answer: IncomingMessage, response: ServerResponse): void {
    const onStrike = (fault: Fault) => {
      this.struck[fault] += 1;
    };
    const watch = new SpoiledWatch(answer, response, this.plan(), onStrike);
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
  }
}

class SpoiledWatch {
  readonly #response: ServerResponse;
  readonly #onStrike: (fault: Fault) => void;
  #isStalled = false;

  constructor(
    answer: IncomingMessage,
    response: ServerResponse,
    plan: FaultPlan | undefined,
    onStrike: (fault: Fault) => void,
  ) {
    this.#response = response;
    this.#onStrike = onStrike;
    let bytesLeft = plan?.afterBytes ?? Number.POSITIVE_INFINITY;
    answer.on('data', (chunk: Buffer) => {
      if (chunk.length < bytesLeft) this.#write(chunk);
      else if (plan && bytesLeft >= 0) {
        this.#write(chunk.subarray(0, bytesLeft));
        this.strike(plan.fault);
        this.#write(chunk.subarray(bytesLeft));
      } else this.#write(chunk);
      bytesLeft -= chunk.length;
    });
    answer.on('end', () => response.end());
    answer.on('error', () => response.destroy());
  }

  strike(fault: Fault): void {
    this.#onStrike(fault);
    if (fault === 'cut') this.#response.destroy();
    else if (fault === 'end') this.#response.end();
    else if (fault === 'stall') this.#isStalled = true;
    // No line that ends with a NUL byte is JSON, whatever part of it is looked at.
    else this.#write(Buffer.from('\u0000\n'));
  }

  #write(bytes: Buffer): void {
    const { writableEnded, destroyed } = this.#response;
    if (!this.#isStalled && !writableEnded && !destroyed) this.#response.write(bytes);
  }
}
