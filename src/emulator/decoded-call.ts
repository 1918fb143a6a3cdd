/** Turns an HTTP request into a call: action, version, parameters and what its signature covers. */
import type { IncomingMessage } from 'node:http';
import type { SignedRequest } from './signature.ts';

/** Parameters as decoded text, from query and form together; a form value wins. */
export type Parameters = Readonly<Record<string, string>>;

export interface DecodedCall extends SignedRequest {
  readonly action: string;
  readonly version: string;
  readonly parameters: Parameters;
  /** Empty if the call carries none. */
  readonly nonce: string;
  /** As the call names it, known or not; empty if it does not. */
  readonly accessKeyId: string;
}

/** What a body may have. */
const maxBodyBytes = 4 * 2 ** 20;

/** The body of a request is too large to be read. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';

  constructor() {
    super(`the body is larger than ${maxBodyBytes} bytes`);
  }
}

/** Reads the whole body, chunked or not. @throws BodyTooLarge, and Error if the client leaves */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving that early would end the connection before the refusal is out.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The path of a request, also of one in the form for proxies, and what comes after the question mark. */
export function splitTarget({ url = '/' }: IncomingMessage): readonly [path: string, query: string] {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const question = target.indexOf('?');
  return question < 0 ? [target, ''] : [target.slice(0, question), target.slice(question + 1)];
}

export function decodeCall(request: IncomingMessage, body: Buffer): DecodedCall {
  const [path, question] = splitTarget(request);
  const query = [...new URLSearchParams(question)];
  const { headers } = request;
  const form = isForm(headers['content-type']) ? [...new URLSearchParams(body.toString())] : [];
  const parameters: Parameters = Object.fromEntries([...query, ...form]);
  const header = (name: string) => String(headers[name] ?? '');
  return {
    method: request.method ?? 'GET',
    path,
    query,
    headers,
    body,
    action: header('x-acs-action') || (parameters.Action ?? ''),
    version: header('x-acs-version') || (parameters.Version ?? ''),
    parameters,
    nonce: header('x-acs-signature-nonce'),
    accessKeyId: /Credential=([^,\s]+)/.exec(header('authorization'))?.[1] ?? '',
  };
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}
