/** A bare HTTP server on loopback that keeps what it was sent and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { CertificatePair } from '../control-plane/certificates.ts';

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

/** With a certificate it speaks TLS. */
export async function startRawServer(answer: Answer, tls?: CertificatePair): Promise<RawServer> {
  const requests: ReceivedRequest[] = [];
  const listener: RequestListener = async (incoming, response) => {
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
  };
  const server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.privateKey }, listener)
    : createServer(listener);
  // Then only the client ever closes an idle connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

/** Resolves when the connection of the first request is closed. */
export async function closeOfFirstConnection({ requests }: RawServer): Promise<void> {
  const socket = requests[0]?.socket;
  if (socket === undefined) throw new Error('no request arrived');
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}
