/** Serves `/healthz` and `/readyz` to whoever asks; the port is open to the whole network of the cluster. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ExpectedError } from '../core/errors/expected-error.ts';
import type { Logger } from '../core/logger.ts';
import { type Checks, type Report, reportChecks } from './health-report.ts';

export interface HealthOptions {
  /** All addresses where absent. */
  readonly host?: string | undefined;
  /** 0: a free one. */
  readonly port: number;
  /** What must hold for liveness, beside that the process answers at all. */
  readonly liveChecks?: Checks;
  /** What must hold for readiness, by name; `/readyz/<name>` asks for one. */
  readonly readyChecks: Checks;
  readonly logger: Logger;
}

export interface HealthServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Answering at all shows that the event loop turns. */
const ping: Checks = { ping: () => ({ isPassed: true }) };

/** A request comes within this time, or its connection ends. */
const requestTimeoutMs = 5_000;
/** A kubelet needs one; each costs some 20 KiB. */
const maxConnections = 64;

/** @throws ExpectedError that says why, with the system's as its cause, when the address cannot be listened on */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const { host, port, liveChecks, readyChecks, logger } = options;
  const endpoints = new Map<string, Checks>([
    ['healthz', { ...ping, ...liveChecks }],
    ['readyz', { ...ping, ...readyChecks }],
  ]);
  const server = createServer(
    {
      maxHeaderSize: 8 * 1024,
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => answer(request, response, reportFor(endpoints, request, logger)),
  );
  server.setTimeout(requestTimeoutMs);
  boundConnections(server);
  await listen(server, port, host);
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const refusals: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EACCES: 'the process may not use this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no host of this name',
};

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new ExpectedError(
      `/healthz and /readyz cannot be served on ${host ?? ''}:${port}: ${refusals[code] ?? message}; choose another --health-bind-address`,
      { cause },
    );
  }
}

/** Ends the oldest connection for a new one, so that connections held open cannot keep a kubelet out. */
function boundConnections(server: Server): void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > maxConnections) oldest?.destroy();
  });
}

/** A path, after the scheme and host of a proxied request, and its query. */
const targetForm = /^(?:https?:\/\/[^/?#]*)?\/(?<path>[^?#]*)(?:\?(?<query>[^#]*))?/i;
const notFound: Report = {
  status: 404,
  text: 'not found; there are /healthz and /readyz, /readyz/<check> for one check, and ?verbose',
};

/** Takes the target apart without `URL`, which throws for what anyone may send. */
function reportFor(
  endpoints: ReadonlyMap<string, Checks>,
  { method, url = '' }: IncomingMessage,
  logger: Logger,
): Report {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET and HEAD' };
  const { path = '', query = '' } = targetForm.exec(url)?.groups ?? {};
  const [endpoint = '', name, ...rest] = path.split('/');
  const checks = endpoints.get(endpoint) ?? {};
  const asked = name ? pick(checks, name) : checks;
  if (rest.length > 0 || Object.keys(asked).length === 0) return notFound;
  return reportChecks(endpoint, asked, new URLSearchParams(query).has('verbose'), logger);
}

function pick(checks: Checks, name: string): Checks {
  return Object.fromEntries(Object.entries(checks).filter(([known]) => known === name));
}

/** Closes the connection after it: a body that comes along is not read. */
function answer({ method }: IncomingMessage, response: ServerResponse, { status, text }: Report): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    connection: 'close',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(method === 'HEAD' ? undefined : `${text}\n`);
}
