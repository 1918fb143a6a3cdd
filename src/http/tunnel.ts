/** A connection through a proxy, asked for by CONNECT. */
import { type ClientRequest, request as httpRequest, STATUS_CODES } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { withoutOpenSslText } from './openssl-text.ts';
import { describeProxy } from './proxy-setting.ts';

/** Whose certificates count. */
export interface TlsTrust {
  readonly ca?: SecureContextOptions['ca'];
  readonly rejectUnauthorized?: boolean;
}

/** No request was sent: there is no connection that it could have gone over. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** `ProxyRefused`: the proxy does not let us through. `ProxyUnavailable`: it cannot be reached, or failed itself. */
  readonly code: 'ProxyRefused' | 'ProxyUnavailable';

  constructor(code: ProxyError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

export interface TunnelOptions {
  readonly proxy: URL;
  /** Where to, as `host:port`. */
  readonly authority: string;
  /** For a proxy that is spoken to over TLS. */
  readonly trust: TlsTrust;
  /** Until the tunnel is open, in milliseconds. */
  readonly timeoutMs: number;
}

/** A connection on which the other end is `authority`. @throws ProxyError */
export function openTunnel(options: TunnelOptions): Promise<Socket> {
  const { authority, timeoutMs } = options;
  const name = `the proxy ${describeProxy(options.proxy)}`;
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const asking = ask(options);
  const onLate = (): ClientRequest => asking.destroy(new Error(`no response within ${timeoutMs} ms`));
  const timer = setTimeout(onLate, timeoutMs);
  asking.once('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
    if (head.length > 0) socket.unshift(head);
    if (statusCode >= 200 && statusCode < 300) return resolve(socket);
    socket.on('error', () => {}).destroy();
    const code = statusCode < 500 ? 'ProxyRefused' : 'ProxyUnavailable';
    const status = `HTTP ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim();
    reject(new ProxyError(code, `${name} refused a connection to ${authority}: ${status}`));
  });
  asking.on('error', (error: NodeJS.ErrnoException) => {
    const text = withoutOpenSslText(error.message) || error.code;
    reject(new ProxyError('ProxyUnavailable', `${name} gave no connection to ${authority}: ${text}`, error));
  });
  asking.end();
  return promise.finally(() => clearTimeout(timer));
}

function ask({ proxy, authority, trust }: TunnelOptions): ClientRequest {
  const request = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  return request({
    ...trust,
    host,
    // Node would take it from the header, which names the server behind the proxy.
    servername: isIP(host) === 0 ? host : '',
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
    agent: false,
  });
}

export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
