/**
 * HTTP to one API server: a pool of connections for calls, a connection of its own for each watch. (client-node itself
 * opens a new connection for every call, https://github.com/kubernetes-client/javascript/issues/2893.)
 */
import type { KubeConfig } from '@kubernetes/client-node';
import { Pool } from 'undici';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Random } from '../core/random.ts';
import { cutText } from '../core/text/cut-text.ts';
import { decodeJson } from '../http/decode-json.ts';
import { exchange, type HttpResponse } from '../http/exchange.ts';
import { parseProxy } from '../http/proxy-setting.ts';
import { type Route, routeTo } from '../http/route.ts';
import { connectionOptions, responseTimeoutMs } from './connection-options.ts';
import { CredentialSource } from './credentials.ts';
import { createDeadline, type KubeDeadline } from './deadline.ts';
import type { KubeCall, KubeStream } from './kube-call.ts';
import { fromFailure, fromResponse, KubeError } from './kube-error.ts';
import { OpenStream, openStream } from './open-stream.ts';
import type { Credentials, TlsOptions } from './read-credentials.ts';
import { isRetryable, retryDelayMs } from './retry.ts';

export interface TransportOptions {
  /** The most connections for calls; as many as there are workers. */
  readonly connections: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly userAgent?: string;
  /** Of this kubeconfig, where transports share them; their own where absent. */
  readonly credentials?: CredentialSource;
  /** How long it may take until a stream is open or its refusal read, in milliseconds; 20 s where absent. */
  readonly openTimeoutMs?: number;
}

export interface KubeTransport {
  /** The decoded response. @throws KubeError for everything but a 2xx with JSON */
  request<T>(call: KubeCall): Promise<T>;
  /** Any response, whatever its status. @throws KubeError when there is none */
  send(call: KubeCall): Promise<HttpResponse>;
  /** A GET whose response goes on until one side ends it. @throws KubeError unless it begins with 200 */
  stream(path: string, signal: AbortSignal): Promise<KubeStream>;
  /** Waits for the calls under way, then closes the connections. */
  close(): Promise<void>;
}

const defaultDeadlineMs = 30_000;
const defaultOpenTimeoutMs = 20_000;

/** @throws KubeError when the kubeconfig's current context names no server */
export function createTransport(kubeConfig: KubeConfig, options: TransportOptions): KubeTransport {
  return new Transport(kubeConfig, options);
}

class Transport implements KubeTransport {
  readonly #options: TransportOptions;
  readonly #credentials: CredentialSource;
  readonly #route: Route;
  #pool: { readonly tls: TlsOptions; readonly dispatcher: Pool } | undefined;

  constructor(kubeConfig: KubeConfig, options: TransportOptions) {
    const server = toServerUrl(kubeConfig);
    const { proxyUrl } = kubeConfig.getCurrentCluster() ?? {};
    this.#route = routeTo(server, proxyUrl ? parseProxy(proxyUrl, 'proxy-url') : undefined);
    this.#options = options;
    this.#credentials = options.credentials ?? new CredentialSource(kubeConfig, options);
  }

  async request<T>(call: KubeCall): Promise<T> {
    const { status, headers, text } = await this.send(call);
    const action = toAction(call);
    if (status < 200 || status > 299) throw fromResponse(action, status, text, headers['retry-after']);
    try {
      return decodeJson(text) as T;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw fromFailure(action, error);
      const message = `${action}: the response is not JSON: ${cutText(text, 100)}`;
      throw new KubeError({ code: 'InvalidResponse', message, status, cause: error });
    }
  }

  async send(call: KubeCall): Promise<HttpResponse> {
    const { signal, deadlineMs: limitMs = defaultDeadlineMs } = call;
    const deadline = createDeadline(toAction(call), { clock: this.#options.clock, limitMs, signal });
    try {
      return await deadline.race(this.#sendWithRetries(call, deadline));
    } finally {
      deadline.clear();
    }
  }

  async stream(path: string, signal: AbortSignal): Promise<KubeStream> {
    const response = await this.#authorize((credentials) =>
      openStream({
        route: this.#route,
        path,
        headers: this.#headers(credentials),
        tls: credentials.tls,
        signal,
        clock: this.#options.clock,
        openTimeoutMs: this.#options.openTimeoutMs ?? defaultOpenTimeoutMs,
      }),
    );
    if (response instanceof OpenStream) return response;
    throw fromResponse(`GET ${path}`, response.status, response.text, response.headers['retry-after']);
  }

  async close(): Promise<void> {
    this.#credentials.close();
    await this.#pool?.dispatcher.close();
  }

  async #sendWithRetries(call: KubeCall, deadline: KubeDeadline): Promise<HttpResponse> {
    const { clock, random } = this.#options;
    for (let retriesLeft = isRetryable(call.method) ? (call.retries ?? 0) : 0; ; retriesLeft -= 1) {
      const outcome = await this.#authorize((credentials) =>
        this.#sendOnce(call, credentials, deadline),
      ).catch((error: KubeError) => error);
      const delayMs = retriesLeft > 0 ? retryDelayMs(outcome, random) : undefined;
      if (delayMs !== undefined) await clock.sleep(delayMs, deadline.signal);
      else if (outcome instanceof KubeError) throw outcome;
      else return outcome;
    }
  }

  /** A 401 means that nothing was done, so anything is sent once more when there are newer credentials. */
  async #authorize<A extends { readonly status: number }>(
    send: (credentials: Credentials) => Promise<A>,
  ): Promise<A> {
    const first = await this.#credentials.current();
    const response = await send(first);
    if (response.status !== 401) return response;
    const next = await this.#credentials.renew(first);
    return next === first ? response : send(next);
  }

  async #sendOnce(call: KubeCall, credentials: Credentials, deadline: KubeDeadline): Promise<HttpResponse> {
    try {
      const request = {
        method: call.method,
        path: this.#route.prefix + call.path,
        headers: this.#headers(credentials, call),
        body: call.body,
      };
      return await exchange(this.#poolFor(credentials.tls), request, deadline);
    } catch (error) {
      throw deadline.error ?? fromFailure(toAction(call), error);
    }
  }

  #headers(credentials: Credentials, call?: KubeCall): Record<string, string> {
    return {
      accept: call?.accept ?? 'application/json',
      'user-agent': this.#options.userAgent ?? 'edgeapp-operator',
      ...(call?.body !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
      ...credentials.headers,
      ...this.#route.headers,
    };
  }

  /** The pool for this TLS material; another one's is closed as soon as its calls have ended. */
  #poolFor(tls: TlsOptions): Pool {
    if (this.#pool?.tls === tls) return this.#pool.dispatcher;
    void this.#pool?.dispatcher.close();
    const dispatcher = new Pool(this.#route.origin, {
      ...connectionOptions(this.#route, tls),
      connections: this.#options.connections,
      bodyTimeout: responseTimeoutMs,
    });
    this.#pool = { tls, dispatcher };
    return dispatcher;
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
