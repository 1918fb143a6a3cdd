/**
 * HTTP to one API server: a pool of connections for calls, a connection of its own for each watch. (client-node itself
 * opens a new connection for every call, https://github.com/kubernetes-client/javascript/issues/2893.)
 */
import type { KubeConfig } from '@kubernetes/client-node';
import { Client, type Dispatcher, Pool } from 'undici';
import type { Clock, Logger, Random } from '../ports.ts';
import { CredentialSource, type Credentials, type TlsOptions } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { fromAnswer, fromFailure, KubeError } from './kube-error.ts';
import { isRetryable, retryDelayMs } from './retry.ts';

export interface TransportOptions {
  /** The most connections for calls; as many as there are workers. */
  readonly connections: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly userAgent?: string;
}

export interface KubeCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the server's root, with its query: `/api/v1/namespaces?limit=1`. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** `application/json` where absent. */
  readonly contentType?: string;
  /** For the whole call with its retries, in milliseconds; 30 s where absent. */
  readonly deadlineMs?: number;
  /** How often a call may be repeated after 429, 503 or a lost connection; never where absent. GET, PUT, DELETE only. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

export interface KubeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface KubeStream {
  readonly chunks: AsyncIterable<Buffer>;
  /** Ends the stream and its connection at once; `chunks` then ends or throws. */
  close(): void;
}

export interface KubeTransport {
  /** The decoded answer. @throws KubeError for everything but a 2xx with JSON */
  request<T>(call: KubeCall): Promise<T>;
  /** Any answer, whatever its status. @throws KubeError when there is none */
  send(call: KubeCall): Promise<KubeAnswer>;
  /** A GET whose answer goes on until one side ends it. @throws KubeError unless it begins with 200 */
  stream(path: string, signal: AbortSignal): Promise<KubeStream>;
  /** Waits for the calls under way, then closes the connections. */
  close(): Promise<void>;
}

const defaultDeadlineMs = 30_000;
const answerTimeoutMs = 15_000;
const common = {
  allowH2: false,
  pipelining: 1,
  headersTimeout: answerTimeoutMs,
  // The API server closes idle connections after 90 s.
  keepAliveTimeout: 60_000,
  keepAliveMaxTimeout: 60_000,
};
/** Finds a dead peer in about 40 s: Node probes each second, ten times, after this delay. */
const tcpKeepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000 };

/** @throws KubeError when the kubeconfig's current context names no server */
export function createTransport(kubeConfig: KubeConfig, options: TransportOptions): KubeTransport {
  return new Transport(kubeConfig, options);
}

class Transport implements KubeTransport {
  readonly #options: TransportOptions;
  readonly #credentials: CredentialSource;
  readonly #origin: string;
  /** A server behind a gateway may have a path of its own. */
  readonly #prefix: string;
  #pool: { readonly tls: TlsOptions; readonly dispatcher: Pool } | undefined;

  constructor(kubeConfig: KubeConfig, options: TransportOptions) {
    const server = toServerUrl(kubeConfig);
    this.#origin = server.origin;
    this.#prefix = server.pathname.replace(/\/+$/, '');
    this.#options = options;
    this.#credentials = new CredentialSource(kubeConfig, options.clock, options.logger);
  }

  async request<T>(call: KubeCall): Promise<T> {
    const { status, headers, text } = await this.send(call);
    const action = toAction(call);
    if (status < 200 || status > 299) throw fromAnswer(action, status, text, headers['retry-after']);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      const message = `${action}: the answer is not JSON: ${text.slice(0, 100)}`;
      throw new KubeError({ code: 'InvalidAnswer', message, status, cause: error });
    }
  }

  async send(call: KubeCall): Promise<KubeAnswer> {
    const deadline = new Deadline(toAction(call), call.deadlineMs ?? defaultDeadlineMs, call.signal);
    try {
      return await this.#sendWithRetries(call, deadline);
    } finally {
      deadline.clear();
    }
  }

  async stream(path: string, signal: AbortSignal): Promise<KubeStream> {
    const action = `GET ${path}`;
    const first = await this.#credentials.current();
    const answer = await this.#openStream(path, first, signal);
    if (answer.status === 200) return answer;
    const text = await answer.readAll();
    const next = answer.status === 401 ? await this.#credentials.renew(first) : first;
    if (next === first) throw fromAnswer(action, answer.status, text, answer.retryAfter);
    const second = await this.#openStream(path, next, signal);
    if (second.status === 200) return second;
    throw fromAnswer(action, second.status, await second.readAll(), second.retryAfter);
  }

  async close(): Promise<void> {
    await this.#pool?.dispatcher.close();
  }

  async #sendWithRetries(call: KubeCall, deadline: Deadline): Promise<KubeAnswer> {
    const { clock, random } = this.#options;
    for (let retriesLeft = isRetryable(call.method) ? (call.retries ?? 0) : 0; ; retriesLeft -= 1) {
      const outcome = await this.#sendAuthorized(call, deadline).catch((error: KubeError) => error);
      const delayMs = retriesLeft > 0 ? retryDelayMs(outcome, random) : undefined;
      if (delayMs !== undefined) await clock.sleep(delayMs, deadline.signal);
      else if (outcome instanceof KubeError) throw outcome;
      else return outcome;
    }
  }

  /** A 401 means that nothing was done, so any call is sent once more when there are newer credentials. */
  async #sendAuthorized(call: KubeCall, deadline: Deadline): Promise<KubeAnswer> {
    const first = await this.#credentials.current();
    const answer = await this.#sendOnce(call, first, deadline);
    if (answer.status !== 401) return answer;
    const next = await this.#credentials.renew(first);
    return next === first ? answer : this.#sendOnce(call, next, deadline);
  }

  async #sendOnce(call: KubeCall, credentials: Credentials, deadline: Deadline): Promise<KubeAnswer> {
    try {
      const { statusCode, headers, body } = await this.#poolFor(credentials.tls).request({
        method: call.method,
        path: this.#prefix + call.path,
        headers: this.#headers(credentials, call),
        body: call.body ?? null,
        signal: deadline.signal,
      });
      return { status: statusCode, headers: toSingleHeaders(headers), text: await body.text() };
    } catch (error) {
      throw deadline.error ?? fromFailure(toAction(call), error);
    }
  }

  async #openStream(path: string, credentials: Credentials, signal: AbortSignal): Promise<OpenStream> {
    const client = new Client(this.#origin, {
      ...common,
      bodyTimeout: 0,
      connect: { ...credentials.tls, ...tcpKeepAlive },
    });
    try {
      const answer = await client.request({
        method: 'GET',
        path: this.#prefix + path,
        headers: this.#headers(credentials),
        signal,
      });
      return new OpenStream(answer, client);
    } catch (error) {
      await client.destroy();
      throw fromFailure(`GET ${path}`, error);
    }
  }

  #headers(credentials: Credentials, call?: KubeCall): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': this.#options.userAgent ?? 'edgeapp-operator',
      ...(call?.body !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
      ...credentials.headers,
    };
  }

  /** The pool for this TLS material; another one's is closed as soon as its calls have ended. */
  #poolFor(tls: TlsOptions): Pool {
    if (this.#pool?.tls === tls) return this.#pool.dispatcher;
    void this.#pool?.dispatcher.close();
    const dispatcher = new Pool(this.#origin, {
      ...common,
      connections: this.#options.connections,
      bodyTimeout: answerTimeoutMs,
      connect: { ...tls, ...tcpKeepAlive },
    });
    this.#pool = { tls, dispatcher };
    return dispatcher;
  }
}

class OpenStream implements KubeStream {
  readonly status: number;
  readonly chunks: AsyncIterable<Buffer>;
  readonly retryAfter: string | undefined;
  readonly #body: Dispatcher.ResponseData['body'];
  readonly #client: Client;

  constructor({ statusCode, headers, body }: Dispatcher.ResponseData, client: Client) {
    this.status = statusCode;
    this.retryAfter = toSingleHeaders(headers)['retry-after'];
    this.chunks = body;
    this.#body = body;
    this.#client = client;
  }

  async readAll(): Promise<string> {
    try {
      return await this.#body.text();
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#client.destroy().catch(() => {});
  }
}

function toServerUrl(kubeConfig: KubeConfig): URL {
  const server = kubeConfig.getCurrentCluster()?.server ?? '';
  if (URL.canParse(server)) return new URL(server);
  throw new KubeError({
    code: 'CredentialsUnavailable',
    message: `context "${kubeConfig.getCurrentContext()}" of the kubeconfig needs a cluster with a server URL, got "${server}"`,
  });
}

function toAction({ method, path }: KubeCall): string {
  return `${method} ${path}`;
}

function toSingleHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
