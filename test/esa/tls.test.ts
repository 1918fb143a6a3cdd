import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { CertificateAuthority, type CertificatePair } from '../control-plane/certificates.ts';
import { connect, errorOf, request } from './connect.ts';
import { always, closeOfFirstConnection, startRawServer } from './raw-server.ts';

const usualAuthorities = getCACertificates('default');
const answer = always(200, { VersionId: 'ver-1', RequestId: 'ID' });

let authority: CertificateAuthority;
let pair: CertificatePair;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  pair = await authority.issueServerCertificate();
});

afterAll(() => setDefaultCACertificates(usualAuthorities));

describe('over TLS', () => {
  test('a server whose authority nobody knows gets no request, and surely nothing was created', async () => {
    await using server = await startRawServer(answer, pair);
    const error = await errorOf((await connect(server.url))(createVersion(request, 'nonce-1')));
    expect(error.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(classify(error, 'create')).toMatchObject({ class: 'Configuration', effect: 'none' });
    expect(server.requests).toEqual([]);
  });

  test('a known authority is trusted, and connections are used again only within the idle limit', async () => {
    setDefaultCACertificates([...usualAuthorities, authority.certificate]);
    await using server = await startRawServer(answer, pair);
    const send = await connect(server.url, { idleLimitMs: 50 });
    expect(await send(createVersion(request, 'nonce-2'))).toEqual({ versionId: 'ver-1', requestId: 'ID' });
    await closeOfFirstConnection(server);
    await send(createVersion(request, 'nonce-3'));
    expect(server.requests[1]?.socket).not.toBe(server.requests[0]?.socket);
  });
});
