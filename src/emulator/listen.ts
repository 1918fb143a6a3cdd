/** HTTP servers on given addresses. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  /** For example `http://127.0.0.1:18080`. */
  readonly url: string;
  /** Ends every connection, also those with a call in flight. */
  close(): Promise<void>;
}

/** A client has this long for its request; the answer may take longer, as when a fault holds it. */
const requestTimeout = 10_000;
const limits: ServerOptions = {
  requestTimeout,
  headersTimeout: requestTimeout,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
};
const maxConnections = 1_000;

/**
 * @param address `host:port`; port 0 takes a free one
 * @param createServe gets the host of the address
 * @throws RangeError if the address is malformed; the system's error if it cannot be had
 */
export async function listen(
  address: string,
  createServe: (host: string) => RequestListener,
): Promise<Listener> {
  const { host, port } = parseAddress(address);
  const server = createServer(limits, createServe(host));
  server.maxConnections = maxConnections;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    close: () => close(server),
  };
}

function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new RangeError(
      `the address to listen on must be host:port, such as 127.0.0.1:18080, not ${address}`,
    );
  }
  return { host: match[1] ?? match[2] ?? '', port };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
