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

/** Reads the whole body, chunked or not. @throws Error if the client leaves */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function decodeCall(request: IncomingMessage, body: Buffer): DecodedCall {
  const target = request.url ?? '/';
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? [] : [...new URLSearchParams(target.slice(question + 1))];
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
