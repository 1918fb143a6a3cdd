import { describe, expect, test } from 'vitest';
import { Accounts } from '../../src/cloud/accounts.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { deleteVersion } from '../../src/cloud/operations/delete-version.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { createEsaClient } from '../../src/esa/esa-client.ts';
import { systemClock } from '../../src/operator/system-clock.ts';
import { connect, request } from './connect.ts';
import { always, startRawServer } from './raw-server.ts';

test('Each credential is told of once, before it is used', async () => {
  const told: string[] = [];
  let accessKeyId = 'first-key-id';
  const esa = createEsaClient({
    endpoint: new URL('http://127.0.0.1:9'),
    callTimeoutMs: 5_000,
    clock: systemClock,
    credentials: { load: async () => ({ accessKeyId, accessKeySecret: 'secret-of-it' }) },
    onCredential: (credential) => told.push(credential.accessKeyId),
  });
  const accounts = new Accounts({ esa, clock: systemClock });
  await accounts.of('shop');
  await accounts.of('shop');
  accessKeyId = 'second-key-id';
  await accounts.of('shop');
  expect(told).toEqual(['first-key-id', 'second-key-id']);
});

describe('a call', () => {
  test('carries the nonce it was given, signed, and reads get a fresh one each', async () => {
    await using server = await startRawServer(always(200, { VersionId: 'ver-1', App: {} }));
    const send = await connect(server.url);
    await send(createVersion(request, 'a3c1e4b2-nonce'));
    await send(getApp(request.AppId));
    await send(getApp(request.AppId));
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
    const send = await connect(server.url);
    expect(await send(createVersion(request, 'nonce-1'))).toEqual({
      versionId: 'ver-1',
      requestId: 'HEADER',
    });
    expect(await send(deleteVersion(request.AppId, 'ver-1'))).toEqual({ requestId: 'BODY' });
  });

  test('names the operator in the User-Agent', async () => {
    await using server = await startRawServer(always(200, { App: {} }));
    const send = await connect(server.url, { userAgent: 'edgeapp-operator/0.1.0' });
    await send(getApp(request.AppId));
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^AlibabaCloud .* edgeapp-operator\/0\.1\.0$/);
  });
});
