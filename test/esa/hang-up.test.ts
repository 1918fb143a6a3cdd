/** A client that leaves as soon as it has sent: the request arrives whole, its answer never does. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { CertificateAuthority } from '../control-plane/certificates.ts';
import { connect, errorOf, request } from './connect.ts';
import { type ReceivedRequest, startRawServer } from './raw-server.ts';

const usualAuthorities = getCACertificates('default');
let authority: CertificateAuthority;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  setDefaultCACertificates([...usualAuthorities, authority.certificate]);
});
afterAll(() => setDefaultCACertificates(usualAuthorities));

test.each(['HTTP', 'TLS'])('over %s', async (transport) => {
  const received = Promise.withResolvers<ReceivedRequest>();
  const certificate = transport === 'TLS' ? await authority.issueServerCertificate() : undefined;
  await using server = await startRawServer((_, arrived) => received.resolve(arrived), certificate);
  const send = await connect(server.url, { hangsUp: true });
  const error = await errorOf(send(createVersion(request, 'nonce-1')));
  expect(error.code).toBe('ECONNRESET');
  expect(classify(error, 'create')).toMatchObject({ class: 'Ambiguous', effect: 'unknown' });
  const { parameters } = await received.promise;
  expect(parameters).toMatchObject({ Name: request.Name, Containers: JSON.stringify(request.Containers) });
});

test('to a server that never takes the connection up, until the deadline', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const send = await connect(`https://127.0.0.1:${port}`, { hangsUp: true, callTimeoutMs: 250 });
  expect(await errorOf(send(createVersion(request, 'nonce-1')))).toMatchObject({
    code: 'RequestTimeoutError',
  });
  silent.close();
});
