/** The signature ACS3-HMAC-SHA256: what is signed, and how (https://help.aliyun.com/document_detail/2593177.html). */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const signatureAlgorithm = 'ACS3-HMAC-SHA256';

/** What of a request goes into its signature. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** Decoded pairs, in any order. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The `Authorization` header taken apart. */
export interface Authorization {
  readonly algorithm: string;
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const authorizationForm =
  /^(?<algorithm>\S+) +Credential=(?<keyId>[^,\s]+), *SignedHeaders=(?<names>[^,\s]+), *Signature=(?<signature>[0-9A-Fa-f]+)$/;

/** Undefined if the header does not have the form of the documentation. */
export function parseAuthorization(header: string): Authorization | undefined {
  const groups = authorizationForm.exec(header)?.groups;
  if (groups === undefined) return undefined;
  return {
    algorithm: groups.algorithm ?? '',
    accessKeyId: groups.keyId ?? '',
    signedHeaders: (groups.names ?? '').split(';'),
    signature: (groups.signature ?? '').toLowerCase(),
  };
}

/** Whether a header must be signed whenever it is present. */
export function mustBeSigned(headerName: string): boolean {
  return headerName === 'host' || headerName === 'content-type' || headerName.startsWith('x-acs-');
}

export function sha256Hex(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The text whose hash is signed; `signedHeaders` in lower case. */
export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const names = [...signedHeaders].sort();
  const headers = names.map((name) => `${name}:${headerValue(request.headers, name)}\n`).join('');
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers,
    names.join(';'),
    sha256Hex(request.body),
  ].join('\n');
}

export function stringToSign(canonical: string): string {
  return `${signatureAlgorithm}\n${sha256Hex(canonical)}`;
}

/** The signature in lower-case hex; the secret itself is the key. */
export function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Compares two signatures in hex, in constant time. */
export function sameSignature(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function headerValue(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name] ?? '';
  return (Array.isArray(value) ? value.join(',') : value).trim();
}

function canonicalQuery(pairs: readonly (readonly [string, string])[]): string {
  return [...pairs]
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** RFC 3986: only letters, digits and `-_.~` stay. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
