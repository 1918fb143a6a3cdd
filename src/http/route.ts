/** The way of requests to a server: straight, or by a proxy. */
import { getCACertificates, type SecureContextOptions } from 'node:tls';
import { buildConnector } from 'undici';
import { openTunnel, proxyAuthorization, type TlsTrust } from './tunnel.ts';

export interface ConnectOptions extends TlsTrust {
  readonly cert?: SecureContextOptions['cert'];
  readonly key?: SecureContextOptions['key'];
  readonly servername?: string;
  /** Of TCP. */
  readonly keepAlive?: boolean;
  /** In milliseconds. */
  readonly keepAliveInitialDelay?: number;
  /** Of each step on the way, in milliseconds; 10 s where absent. */
  readonly timeout?: number;
}

export interface Route {
  /** What a pool connects to. */
  readonly origin: string;
  /** Goes in front of each path: a server behind a gateway may have a path of its own. */
  readonly prefix: string;
  /** Go with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the connections of a pool. @param options for the connection to the server itself */
  connector(options: ConnectOptions): buildConnector.connector;
}

/** Over TLS through a tunnel; plain requests are handed to the proxy, which sends them on. */
export function routeTo(target: URL, proxy?: URL): Route {
  const { origin } = target;
  const prefix = target.pathname.replace(/\/+$/, '');
  if (proxy === undefined) return { origin, prefix, headers: {}, connector: straight };
  if (target.protocol === 'https:') {
    return { origin, prefix, headers: {}, connector: (options) => throughTunnel(proxy, options) };
  }
  return {
    origin: proxy.origin,
    prefix: origin + prefix,
    headers: { host: target.host, ...proxyAuthorization(proxy) },
    connector: toProxy,
  };
}

const defaultTimeoutMs = 10_000;

function straight(options: ConnectOptions): buildConnector.connector {
  return buildConnector({ ...options, allowH2: false });
}

function throughTunnel(proxy: URL, options: ConnectOptions): buildConnector.connector {
  const overTunnel = straight(options);
  const trust = trustInProxy(options);
  const timeoutMs = options.timeout ?? defaultTimeoutMs;
  return (target, callback) => {
    const authority = `${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}:${target.port || 443}`;
    openTunnel({ proxy, authority, trust, timeoutMs }).then(
      (httpSocket) => overTunnel({ ...target, httpSocket }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** undici takes the name for TLS from the header `host`, which names the server behind the proxy. */
function toProxy(options: ConnectOptions): buildConnector.connector {
  const { keepAlive, keepAliveInitialDelay, timeout } = options;
  const connect = straight({
    ...trustInProxy(options),
    ...(keepAlive !== undefined && { keepAlive }),
    ...(keepAliveInitialDelay !== undefined && { keepAliveInitialDelay }),
    ...(timeout !== undefined && { timeout }),
  });
  return ({ servername: _, ...rest }, callback) => connect(rest, callback);
}

/** As in Go, an authority that was named for the server counts for the proxy too; here the usual ones do as well. */
function trustInProxy({ ca, rejectUnauthorized }: ConnectOptions): TlsTrust {
  return {
    ...(ca && { ca: [...getCACertificates('default'), ...[ca].flat()] }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  };
}
