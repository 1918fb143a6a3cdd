import { describe, expect, test } from 'vitest';
import { createEsaConnector } from '../../src/esa/esa-client.ts';
import { systemClock } from '../../src/operator/system-clock.ts';
import { connect, request } from './connect.ts';
import { always, startRawServer } from './raw-server.ts';

test('Each credential is told of once, before it is used', async () => {
  const told: string[] = [];
  let accessKeyId = 'first-key-id';
  const connector = createEsaConnector({
    endpoint: new URL('http://127.0.0.1:9'),
    callTimeoutMs: 5_000,
    clock: systemClock,
    credentials: { load: async () => ({ accessKeyId, accessKeySecret: 'secret-of-it' }) },
    onCredential: (credential) => told.push(credential.accessKeyId),
  });
  await connector.connect('shop');
  await connector.connect('shop');
  accessKeyId = 'second-key-id';
  await connector.connect('shop');
  expect(told).toEqual(['first-key-id', 'second-key-id']);
});

describe('a call', () => {
  test('carries the nonce it was given, signed, and reads get a fresh one each', async () => {
    await using server = await startRawServer(always(200, { VersionId: 'ver-1', App: {} }));
    const api = await connect(server.url);
    await api.createVersion(request, 'a3c1e4b2-nonce');
    await api.getApp(request.AppId);
    await api.getApp(request.AppId);
    const [create, ...reads] = server.requests.map(({ headers }) => headers);
    expect(create?.['x-acs-signature-nonce']).toBe('a3c1e4b2-nonce');
    expect(create?.authorization).toMatch(/SignedHeaders=[^,]*;x-acs-signature-nonce;/);
    expect(new Set(reads.map((headers) => headers['x-acs-signature-nonce'])).size).toBe(2);
  });

  test('gives the request id of the body, else that of the header', async () => {
    await using server = await startRawServer((response, received) => {
      const RequestId =
        received.headers['x-acs-action'] === 'DeleteEdgeContainerAppVersion' ? 'BODY' : undefined;
      always(200, { VersionId: 'ver-1', RequestId }, { 'x-acs-request-id': 'HEADER' })(response, received);
    });
    const api = await connect(server.url);
    expect(await api.createVersion(request, 'nonce-1')).toEqual({ versionId: 'ver-1', requestId: 'HEADER' });
    expect(await api.deleteVersion(request.AppId, 'ver-1')).toEqual({ requestId: 'BODY' });
  });

  test('names the operator in the User-Agent', async () => {
    await using server = await startRawServer(always(200, { App: {} }));
    const api = await connect(server.url, { userAgent: 'edgeapp-operator/0.1.0' });
    await api.getApp(request.AppId);
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^AlibabaCloud .* edgeapp-operator\/0\.1\.0$/);
  });
});
