/** What all our connections to an API server have in common. */
import type { Client } from 'undici';
import type { Route } from '../http/route.ts';
import type { TlsOptions } from './read-credentials.ts';

/** How long a response may take to begin, and a call's response to go on. */
export const responseTimeoutMs = 15_000;

/** Finds a dead peer in about 40 s: Node probes each second, ten times, after this delay. */
const tcpKeepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000 };

/** For a client or pool of `route.origin`. */
export function connectionOptions(route: Route, tls: TlsOptions): Client.Options {
  return {
    // Several times slower than HTTP/1.1 in undici.
    allowH2: false,
    pipelining: 1,
    headersTimeout: responseTimeoutMs,
    // The API server closes idle connections after 90 s.
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 60_000,
    connect: route.connector({ ...tls, ...tcpKeepAlive }),
  };
}
