/** A bare HTTP server on loopback that keeps what it was sent and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Query and form parameters, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: string;
  /** The connection it came on. */
  readonly socket: Socket;
}

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: ReceivedRequest[];
}

export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

export async function startRawServer(answer: Answer): Promise<RawServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks = await incoming.toArray();
    const body = Buffer.concat(chunks).toString();
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://loopback');
    const request = {
      method: incoming.method ?? '',
      path: pathname,
      headers: incoming.headers,
      parameters: Object.fromEntries([...searchParams, ...new URLSearchParams(body)]),
      body,
      socket: incoming.socket,
    };
    requests.push(request);
    answer(response, request);
  });
  // Then only the client ever closes an idle connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers every request with this status, body and headers. */
export function always(status: number, body: string | object, headers: Record<string, string> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json;charset=utf-8';
  return (response) => response.writeHead(status, { 'content-type': type, ...headers }).end(text);
}

/** Sends a byte whenever the one before has left, so that the connection is never idle. */
export const dribble: Answer = (response) => {
  response.writeHead(200);
  const next = () => response.write(' ', (error) => error ?? setImmediate(next));
  next();
};
