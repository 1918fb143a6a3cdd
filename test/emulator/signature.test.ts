import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalRequest, sha256Hex, sign, stringToSign } from '../../src/emulator/signature.ts';

/** The worked example of the API reference, section 3.4. */
const example = JSON.parse(readFileSync(new URL('signature-example.json', import.meta.url), 'utf8'));

describe('the signature ACS3-HMAC-SHA256', () => {
  it('agrees with the worked example in body hash, canonical request and signature', () => {
    const body = Buffer.from(example.body);
    expect(sha256Hex(body)).toBe(example.bodySha256);
    const request = { method: 'POST', path: '/', query: [], headers: example.headers, body };
    const canonical = canonicalRequest(request, example.signedHeaders.split(';'));
    expect(sha256Hex(canonical)).toBe(example.canonicalSha256);
    expect(sign(stringToSign(canonical), example.secret)).toBe(example.signature);
  });
});
