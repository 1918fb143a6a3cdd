import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import type { ClientRequest } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
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
  const api = await connect('http://esa.cn-hangzhou.aliyuncs.com', { credentials });

  const created: ClientRequest[] = [];
  const keep = (message: unknown) => created.push((message as { request: ClientRequest }).request);
  subscribe('http.client.request.created', keep);
  await errorOf(api.createVersion(request, '0123456789abcdef0123456789abcdef'));
  unsubscribe('http.client.request.created', keep);

  expect(created).toHaveLength(1);
  expect(created[0]?.getHeader('x-acs-content-sha256')).toBe(
    'de87dcd4e7b0a84d899edc061d865be58a81f49f5a4be527ec00a6338c14591f',
  );
  expect(created[0]?.getHeader('authorization')).toBe(
    'ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;' +
      'x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,' +
      'Signature=910d50f500ddd8e65e0ee9627b35a6278cc57ffbf82f0355143933a80af72bb9',
  );
});

/** The host name is part of what is signed, and nothing must leave this machine. */
function noHostHasAnAddress(): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((...parameters: unknown[]) => {
    const callback = parameters.at(-1) as (error: Error) => void;
    process.nextTick(callback, Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
  }) as typeof dns.lookup);
}
