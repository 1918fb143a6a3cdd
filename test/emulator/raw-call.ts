/** Calls signed by hand, so that a test can spoil any part of them. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { defaultAccessKey, type Emulator } from '../../src/emulator/emulator.ts';

export const appId = 'app-880688675783790001';

export interface RawCall {
  readonly action?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly accessKeyId?: string;
  readonly secret?: string;
  /** Added or replaced before signing. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes the headers after signing; undefined takes one away. */
  readonly tamper?: Readonly<Record<string, string | undefined>>;
  /** The body that is sent instead of the signed one. */
  readonly sentBody?: string;
  /** Names left out of the signature. */
  readonly unsigned?: readonly string[];
  /** Ends the connection when it aborts. */
  readonly signal?: AbortSignal;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body's members, if it is JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a call; without more, a well-signed ListEdgeContainerAppVersions. */
export function rawCall(emulator: Emulator, call: RawCall = {}): Promise<RawAnswer> {
  const { method = 'GET', path = '/', query = { AppId: appId }, form } = call;
  const { host } = new URL(emulator.url);
  const body = form === undefined ? '' : new URLSearchParams(form).toString().replaceAll('+', '%20');
  const headers: Record<string, string> = {
    host,
    'x-acs-action': call.action ?? 'ListEdgeContainerAppVersions',
    'x-acs-version': '2024-09-10',
    'x-acs-date': acsDate(Date.now()),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': sha256(body),
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...call.headers,
  };
  const signed = Object.keys(headers)
    .filter((name) => !call.unsigned?.includes(name))
    .sort();
  const canonicalHeaders = signed.map((name) => `${name}:${headers[name]}\n`).join('');
  const text = [method, path, encodeQuery(query), canonicalHeaders, signed.join(';'), sha256(body)].join(
    '\n',
  );
  const signature = createHmac('sha256', call.secret ?? defaultAccessKey.secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(text)}`)
    .digest('hex');
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${call.accessKeyId ?? defaultAccessKey.id},SignedHeaders=${signed.join(';')},Signature=${signature}`;
  const target = `${path}?${encodeQuery(query)}`;
  return send(emulator.url, {
    method,
    target,
    headers: { ...headers, ...call.tamper },
    body: call.sentBody ?? body,
    signal: call.signal,
  });
}

/** A container that the API takes, in the names of the wire. */
export const wireContainer = {
  Name: 'web',
  Image: 'web:1',
  IsACRImage: false,
  Spec: '1C2G',
  Storage: '0.5G',
  ProbeType: 'tcpSocket',
  ProbeContent: { Port: 80 },
};

/** Creates a version with one container. */
export function rawCreate(
  emulator: Emulator,
  form: Readonly<Record<string, string>>,
  call: RawCall = {},
): Promise<RawAnswer> {
  const Containers = JSON.stringify([wireContainer]);
  return rawCall(emulator, {
    action: 'CreateEdgeContainerAppVersion',
    method: 'POST',
    query: {},
    form: { AppId: appId, Name: 'web-1.4.2', Containers, ...form },
    ...call,
  });
}

/** The form of `x-acs-date`. */
export function acsDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

interface Sent {
  readonly signal: AbortSignal | undefined;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

function send(url: string, sent: Sent): Promise<RawAnswer> {
  const headers = Object.fromEntries(Object.entries(sent.headers).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        method: sent.method,
        path: sent.target,
        headers,
        agent: false,
        ...(sent.signal && { signal: sent.signal }),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = text !== '' && answer.headers['content-type']?.startsWith('application/json');
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text,
            body: isJson ? JSON.parse(text) : {},
          });
        });
      },
    );
    request.on('error', reject);
    request.end(sent.body);
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function encodeQuery(query: Readonly<Record<string, string>>): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.keys(query)
    .sort()
    .map((name) => `${encode(name)}=${encode(query[name] ?? '')}`)
    .join('&');
}
