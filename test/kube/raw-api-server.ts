/** A server of plain HTTP whose every answer a test decides: for what a real API server would not do on demand. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { KubeConfig, type User } from '@kubernetes/client-node';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

export class RawApiServer implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** Connections accepted so far. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiters = new Set<() => void>();
  #answers: Answer[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** `answers` are used up in order; the last one goes on for ever. */
  static async start(...answers: Answer[]): Promise<RawApiServer> {
    const server = new RawApiServer();
    server.#answers = answers;
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  kubeConfig(user: Partial<User> = {}, path = ''): KubeConfig {
    const kubeConfig = new KubeConfig();
    const cluster = { name: 'raw', server: this.url + path, skipTLSVerify: true };
    kubeConfig.loadFromClusterAndUser(cluster, { name: 'tester', ...user });
    return kubeConfig;
  }

  /** Resolves when `count` requests have arrived. */
  received(count: number): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.requests.length < count) return;
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
      check();
    });
  }

  /** Answers with `answers` from now on. */
  answerWith(...answers: Answer[]): void {
    this.#answers = answers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await text(request),
    };
    this.requests.push(received);
    for (const check of this.#waiters) check();
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    answer?.(response, received);
  }
}

export function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A refusal as the API server words it. */
export function refusal(status: number, reason: string, headers: Record<string, string> = {}): Answer {
  return json(status, { kind: 'Status', code: status, reason, message: `refused: ${reason}` }, headers);
}

/** Breaks the connection without an answer. */
export const reset: Answer = (response) => response.destroy();
