import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import { afterEach, expect, test, vi } from 'vitest';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { environmentCredentials } from '../../src/esa/credentials.ts';
import { connect, errorOf, request } from './connect.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The test vector was computed apart from this library: with the official SDK's signer, and again by hand. */
test('A create is signed as the API documents it', async () => {
  vi.useFakeTimers({ now: Date.parse('2025-01-02T03:04:05Z'), toFake: ['Date'] });
  noHostHasAnAddress();
  const credentials = environmentCredentials({ accessKeyId: 'testid', accessKeySecret: 'testsecret' });
  const send = await connect('http://esa.cn-hangzhou.aliyuncs.com', { credentials });

  const created: Created[] = [];
  const keep = (message: unknown) => created.push(message as Created);
  subscribe('undici:request:create', keep);
  await errorOf(send(createVersion(request, '0123456789abcdef0123456789abcdef')));
  unsubscribe('undici:request:create', keep);

  expect(created).toHaveLength(1);
  const headers = toHeaders(created[0]?.request.headers ?? []);
  expect(headers.get('x-acs-content-sha256')).toBe(
    'de87dcd4e7b0a84d899edc061d865be58a81f49f5a4be527ec00a6338c14591f',
  );
  expect(headers.get('authorization')).toBe(
    'ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;' +
      'x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,' +
      'Signature=910d50f500ddd8e65e0ee9627b35a6278cc57ffbf82f0355143933a80af72bb9',
  );
});

/** What undici tells of a request: names and values in turns. */
interface Created {
  readonly request: { readonly headers: readonly string[] };
}

function toHeaders(list: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index < list.length; index += 2) {
    headers.append(list[index] as string, list[index + 1] as string);
  }
  return headers;
}

/** The host name is part of what is signed, and nothing must leave this machine. */
function noHostHasAnAddress(): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((...parameters: unknown[]) => {
    const callback = parameters.at(-1) as (error: Error) => void;
    process.nextTick(callback, Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
  }) as typeof dns.lookup);
}
