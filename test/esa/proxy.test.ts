/** The cloud's calls through a proxy: over TLS in a tunnel, to an endpoint that only the proxy can find. */

import { type AddressInfo, connect as connectTo, createServer as createTcpServer } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { CertificateAuthority } from '../control-plane/certificates.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { connect, errorOf, keys, request } from './connect.ts';

const endpoint = 'https://esa.example.com';
const usualAuthorities = getCACertificates('default');
let authority: CertificateAuthority;
let emulator: Emulator;
/** The emulator behind TLS, as `host:port`. */
let cloud: AsyncDisposable & { readonly address: string };

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  setDefaultCACertificates([...usualAuthorities, authority.certificate]);
});
afterAll(() => setDefaultCACertificates(usualAuthorities));

beforeEach(async () => {
  emulator = await startEmulator({
    apps: [request.AppId],
    accessKeys: { [keys.accessKeyId]: { secret: keys.accessKeySecret } },
  });
  cloud = await startTlsFront(new URL(emulator.url));
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  await emulator.stop();
});

async function startTlsFront(behind: URL) {
  const { certificate: cert, privateKey: key } = await authority.issueServerCertificate(['esa.example.com']);
  const server = createServer({ cert, key }, (near) => {
    const far = connectTo(Number(behind.port), behind.hostname);
    // What has arrived goes on, also when who sent it is gone.
    near.on('error', () => {}).on('close', () => far.end());
    far.on('error', () => {}).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const through = (url: string, options: Parameters<typeof connect>[1] = {}) =>
  connect(endpoint, { proxy: new URL(url), ...options });
const targets = () => ({ 'esa.example.com:443': cloud.address });
const query = { appId: request.AppId, pageNumber: 1, pageSize: 100 };

describe('a call through a proxy', () => {
  test.each(['http', 'https'])(
    'that speaks %s reaches the cloud, the next one by the same tunnel',
    async (scheme) => {
      const tls = scheme === 'https' ? { tls: await authority.issueServerCertificate() } : {};
      await using proxy = await ConnectProxy.start({ targets: targets(), user: 'me:p@ss', ...tls });
      const send = await through(proxy.url('me:p%40ss'));
      const { versionId } = await send(createVersion(request, 'nonce-1'));
      expect(await send(listVersions(query))).toMatchObject({ versions: [{ versionId }], totalCount: 1 });
      expect(proxy.asked).toEqual(['esa.example.com:443']);
    },
  );

  test('that hangs up right after its request was sent still arrives', async () => {
    await using proxy = await ConnectProxy.start({ targets: targets() });
    const leaving = await through(proxy.url(), { hangsUp: true });
    expect(await errorOf(leaving(createVersion(request, 'nonce-1')))).toMatchObject({
      code: 'ECONNRESET',
      isUnsent: false,
    });
    const send = await through(proxy.url());
    await eventually(async () => expect((await send(listVersions(query))).totalCount).toBe(1));
  });

  test.each([
    {
      status: 407,
      options: { user: 'me:other' },
      code: 'ProxyRefused',
      says: '407 Proxy Authentication Required',
    },
    { status: 403, options: { refusesWith: 403 }, code: 'ProxyRefused', says: '403 Forbidden' },
    { status: 502, options: {}, code: 'ProxyUnavailable', says: '502 Bad Gateway' },
  ])('that it refuses with $status was not sent, and says so', async ({ options, code, says }) => {
    await using proxy = await ConnectProxy.start(options);
    const error = await errorOf((await through(proxy.url('me:hunter2')))(createVersion(request, 'nonce-1')));
    expect(error).toMatchObject({
      code,
      message: `the proxy ${proxy.url()} refused a connection to esa.example.com:443: HTTP ${says}`,
      isUnsent: true,
      httpStatus: undefined,
    });
    expect(classify(error, 'create').effect).toBe('none');
    expect(emulator.calls()).toEqual([]);
  });

  test.each<{ title: string; answer: string | undefined }>([
    { title: 'says nothing', answer: undefined },
    { title: 'speaks no HTTP', answer: '220 mail.example.com ESMTP\r\n' },
    { title: 'hangs up', answer: '' },
  ])('of which the proxy $title was not sent', async ({ answer }) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      if (answer !== undefined) socket.end(answer);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const isSilent = answer === undefined;
    const send = await through(`http://127.0.0.1:${port}`, isSilent ? { callTimeoutMs: 250 } : {});
    const error = await errorOf(send(createVersion(request, 'nonce-1')));
    server.close();
    expect(error).toMatchObject({
      code: isSilent ? 'RequestTimeoutError' : 'ProxyUnavailable',
      isUnsent: true,
    });
  });

  test('fails with a name of its own where the proxy is not there, or not the one that its certificate names', async () => {
    const proxy = await ConnectProxy.start();
    const url = proxy.url();
    await proxy[Symbol.asyncDispose]();
    const gone = await errorOf((await through(url))(getApp(request.AppId)));
    expect(gone).toMatchObject({
      code: 'ProxyUnavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await using other = await ConnectProxy.start({
      tls: await CertificateAuthority.create().then((ca) => ca.issueServerCertificate()),
    });
    const distrusted = await errorOf((await through(other.url()))(getApp(request.AppId)));
    expect(distrusted).toMatchObject({ code: 'ProxyUnavailable', isUnsent: true });
    expect(other.asked).toEqual([]);
  });

  test('whose tunnel is cut after the request was sent may have been carried out', async () => {
    await using proxy = await ConnectProxy.start({ targets: targets() });
    const send = await through(proxy.url());
    await send(getApp(request.AppId));
    emulator.setFault({ action: 'CreateEdgeContainerAppVersion', answer: { kind: 'hang' } });
    const call = errorOf(send(createVersion(request, 'nonce-1')));
    await eventually(() => expect(emulator.calls()).toHaveLength(2));
    proxy.cutAll();
    expect(await call).toMatchObject({ code: 'ECONNRESET', isUnsent: false });
  });
});
