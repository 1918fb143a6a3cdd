/** `/healthz` and `/readyz`, in the form that Kubernetes components answer. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Checks = Readonly<Record<string, () => boolean>>;

export interface HealthOptions {
  /** All addresses where absent. */
  readonly host?: string | undefined;
  /** 0: a free one. */
  readonly port: number;
  /** What must hold for liveness, beside that the process answers at all. */
  readonly liveChecks?: Checks;
  /** What must hold for readiness, by name; `/readyz/<name>` asks for one. */
  readonly readyChecks: Checks;
}

export interface HealthServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Answering at all shows that the event loop turns. */
const ping = { ping: () => true };

/** @throws when the address cannot be listened on */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const { host, port, liveChecks, readyChecks } = options;
  const endpoints = new Map<string, Checks>([
    ['healthz', { ...ping, ...liveChecks }],
    ['readyz', { ...ping, ...readyChecks }],
  ]);
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://health');
    const [endpoint = '', name, ...rest] = pathname.slice(1).split('/');
    const checks = Object.entries(endpoints.get(endpoint) ?? {}).filter(([known]) => !name || known === name);
    if (checks.length > 0 && rest.length === 0)
      answer(response, report(endpoint, checks, searchParams.has('verbose')));
    else answer(response, { status: 404, text: `no such check: ${pathname}` });
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

type Check = readonly [name: string, isPassed: () => boolean];

interface Report {
  readonly status: number;
  readonly text: string;
}

function report(endpoint: string, checks: readonly Check[], isVerbose: boolean): Report {
  const results = checks.map(([name, isPassed]) => ({ name, passed: isPassed() }));
  const isFine = results.every(({ passed }) => passed);
  if (isFine && !isVerbose) return { status: 200, text: 'ok' };
  const lines = results.map(({ name, passed }) =>
    passed ? `[+]${name} ok` : `[-]${name} failed: not yet, or no longer`,
  );
  const verdict = `${endpoint} check ${isFine ? 'passed' : 'failed'}`;
  return { status: isFine ? 200 : 500, text: [...lines, verdict].join('\n') };
}

function answer(response: ServerResponse, { status, text }: Report): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${text}\n`);
}
