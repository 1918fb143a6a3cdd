import { inspect } from 'node:util';
import esa, * as models from '@alicloud/esa20240910';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppLookups } from '../../src/cloud/app-lookups.ts';
import type { Credential } from '../../src/cloud/credential.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { deleteVersion } from '../../src/cloud/operations/delete-version.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { getVersion } from '../../src/cloud/operations/get-version.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { versionsInUse } from '../../src/cloud/operations/versions-in-use.ts';
import { type Emulator, type FaultAnswer, startEmulator } from '../../src/emulator/emulator.ts';
import { connect, errorOf, keys, request, shortLimitMs } from './connect.ts';

const temporary = {
  accessKeyId: 'STS.emulator1',
  accessKeySecret: 'sts-secret',
  securityToken: 'sts-token+/=',
};

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({
    apps: [request.AppId],
    accessKeys: {
      [keys.accessKeyId]: { secret: keys.accessKeySecret },
      [temporary.accessKeyId]: { secret: temporary.accessKeySecret, securityToken: temporary.securityToken },
    },
  });
});

afterEach(() => emulator.stop());

const connectWith = (credential: Credential) =>
  connect(emulator.url, { credentials: { load: async () => credential } });

describe('against the emulator', () => {
  test('a version is created, listed, read and deleted', async () => {
    const send = await connectWith(keys);
    const { versionId, requestId } = await send(createVersion(request, 'nonce-1'));
    expect(requestId).toMatch(/^[0-9A-F-]{36}$/);

    const query = { appId: request.AppId, pageNumber: 1, pageSize: 100 };
    const listed = { versionId, name: request.Name, remarks: request.Remarks, status: 'created' };
    expect(await send(listVersions(query))).toEqual({ versions: [listed], totalCount: 1 });
    expect(await send(listVersions({ ...query, searchName: 'WEB' }))).toEqual({
      versions: [listed],
      totalCount: 1,
    });
    expect(await send(listVersions({ ...query, searchName: 'api' }))).toEqual({
      versions: [],
      totalCount: 0,
    });

    const detail = await send(getVersion(request.AppId, versionId));
    expect(detail).toMatchObject({ ...listed, appId: request.AppId, containers: request.Containers });

    await send(deleteVersion(request.AppId, versionId));
    expect(await send(listVersions(query))).toEqual({ versions: [], totalCount: 0 });
  });

  test('a list is whole where the cloud gives fewer on a page than asked', async () => {
    const send = await connectWith(keys);
    for (let index = 0; index < 45; index += 1)
      await send(createVersion({ ...request, Name: `web-1.4.${index}` }, `nonce-${index}`));
    emulator.setSwitches({ pageSizeCap: 20 });
    const lookup = await new AppLookups(send, request.AppId).list();
    expect(lookup).toMatchObject({ kind: 'complete', versions: { length: 45 } });
  });

  test('a list without an end is given up', async () => {
    const send = await connectWith(keys);
    const text = '{"TotalCount":99999,"Versions":[{"VersionId":"ver-{hit}","Name":"name-{hit}"}]}';
    emulator.setFault({ action: '*', count: 'always', answer: { kind: 'raw', text } });
    const lookup = await new AppLookups(send, request.AppId).list();
    expect(lookup).toMatchObject({
      kind: 'unknown',
      problem: { code: 'IncompleteListing', message: expect.stringContaining('too many pages') },
    });
  });

  test('an id beyond 2^53 is read as it was written', async () => {
    const send = await connectWith(keys);
    const text = '{"VersionId":17955071068400002199,"RequestId":17955071068400002191}';
    emulator.setFault({ action: '*', answer: { kind: 'raw', text } });
    expect(await send(createVersion(request, 'nonce-1'))).toEqual({
      versionId: '17955071068400002199',
      requestId: '17955071068400002191',
    });
  });

  test('a published version is in use in its environment', async () => {
    const send = await connectWith(keys);
    const { versionId } = await send(createVersion(request, 'nonce-1'));
    expect(await send(versionsInUse(request.AppId, 'prod'))).toEqual([]);
    emulator.changeVersion(versionId, { isPublished: true });
    expect(await send(versionsInUse(request.AppId, 'prod'))).toEqual([versionId]);
    expect(await send(versionsInUse(request.AppId, 'staging'))).toEqual([]);
  });

  test('an app is found, and one that does not exist is told from a malformed id', async () => {
    const send = await connectWith(keys);
    expect(await send(getApp(request.AppId))).toMatchObject({ appId: request.AppId });
    expect(await errorOf(send(getApp('app-000000000000000001')))).toMatchObject({
      code: 'InvalidApp.NotFound',
    });
    expect(await errorOf(send(getApp('shop')))).toMatchObject({
      code: expect.stringMatching(/^InvalidParameter.appid$/i),
    });
  });

  test('a temporary key signs with its token', async () => {
    const send = await connectWith(temporary);
    expect(await send(createVersion(request, 'nonce-1'))).toMatchObject({
      versionId: expect.stringMatching(/^ver-/),
    });
  });

  test('a nonce that was used is refused', async () => {
    const send = await connectWith(keys);
    await send(createVersion(request, 'nonce-1'));
    const again = send(createVersion({ ...request, Name: 'web-1.4.3' }, 'nonce-1'));
    expect(await errorOf(again)).toMatchObject({ code: 'SignatureNonceUsed' });
    expect(emulator.calls().map(({ nonce }) => nonce)).toEqual(['nonce-1', 'nonce-1']);
  });

  test.each([
    { credential: { ...keys, accessKeySecret: 'wrong-secret' }, code: 'SignatureDoesNotMatch' },
    { credential: { ...keys, accessKeyId: 'unknown-key-id' }, code: 'InvalidAccessKeyId.NotFound' },
    { credential: { ...temporary, securityToken: 'other' }, code: expect.stringMatching(/SecurityToken/) },
  ])('a bad key is refused with $code, and nothing of it shows', async ({ credential, code }) => {
    const error = await errorOf((await connectWith(credential))(createVersion(request, 'nonce-1')));
    expect(error).toMatchObject({ code, requestId: expect.any(String) });
    for (const secret of [...Object.values(credential), 'x-acs-action']) {
      expect(inspect(error, { depth: 20 })).not.toContain(secret);
    }
  });

  test('what the official SDK creates we read, and it deletes what we create', async () => {
    const official = new esa.default(
      new $OpenApiUtil.Config({ ...keys, endpoint: new URL(emulator.url).host, protocol: 'http' }),
    );
    const theirs = await official.createEdgeContainerAppVersion(
      new models.CreateEdgeContainerAppVersionRequest({
        appId: request.AppId,
        name: 'from-the-sdk',
        containers: [
          {
            name: 'web',
            image: 'nginx:1',
            isACRImage: false,
            spec: '1C2G',
            storage: '0.5G',
            probeType: 'tcpSocket',
            probeContent: { port: 80 },
          },
        ],
      }),
    );
    const send = await connectWith(keys);
    const detail = await send(getVersion(request.AppId, theirs.body?.versionId ?? ''));
    expect(detail).toMatchObject({ name: 'from-the-sdk', containers: [{ ProbeContent: { Port: 80 } }] });

    const { versionId } = await send(createVersion(request, 'nonce-1'));
    await official.deleteEdgeContainerAppVersion(
      new models.DeleteEdgeContainerAppVersionRequest({ appId: request.AppId, versionId }),
    );
    const left = await send(listVersions({ appId: request.AppId, pageNumber: 1, pageSize: 100 }));
    expect(left.versions.map(({ name }) => name)).toEqual(['from-the-sdk']);
  });
});

describe('an answer that is lost or spoilt after the version was created', () => {
  const answers: { readonly answer: FaultAnswer; readonly code: string; readonly httpStatus?: number }[] = [
    { answer: { kind: 'drop' }, code: 'ECONNRESET' },
    { answer: { kind: 'cut' }, code: 'ECONNRESET', httpStatus: 200 },
    { answer: { kind: 'html' }, code: 'SyntaxError', httpStatus: 502 },
    { answer: { kind: 'html', status: 504 }, code: 'SyntaxError', httpStatus: 504 },
    { answer: { kind: 'empty' }, code: 'SyntaxError', httpStatus: 200 },
    { answer: { kind: 'omit', members: ['VersionId'] }, code: '(200 without VersionId)', httpStatus: 200 },
    {
      answer: { kind: 'redirect', location: 'https://login.example.com/' },
      code: 'SyntaxError',
      httpStatus: 302,
    },
    { answer: { kind: 'error', code: 'InternalError' }, code: 'InternalError', httpStatus: 500 },
    { answer: { kind: 'error', code: 'ServiceUnavailable' }, code: 'ServiceUnavailable', httpStatus: 503 },
    { answer: { kind: 'hang' }, code: 'RequestTimeoutError' },
    { answer: { kind: 'stall' }, code: 'RequestTimeoutError', httpStatus: 200 },
  ];

  test.each(answers)(
    'is an error with the code $code after $answer, of one POST',
    async ({ answer, ...expected }) => {
      emulator.setFault({ action: 'CreateEdgeContainerAppVersion', answer, commit: true });
      const credentials = { load: async () => keys };
      const isEndless = expected.code === 'RequestTimeoutError';
      const send = await connect(emulator.url, {
        credentials,
        ...(isEndless && { callTimeoutMs: shortLimitMs }),
      });
      expect(await errorOf(send(createVersion(request, 'nonce-1')))).toMatchObject(expected);

      const { versions } = await (await connectWith(keys))(
        listVersions({
          appId: request.AppId,
          pageNumber: 1,
          pageSize: 100,
          searchName: request.Name,
        }),
      );
      expect(versions.map(({ name }) => name)).toEqual([request.Name]);
      expect(
        emulator.calls().filter(({ method, action }) => method === 'POST' && action.startsWith('Create')),
      ).toHaveLength(1);
      expect(emulator.unusedFaults()).toEqual([]);
    },
  );
});

test('A throttled call tells how long to wait', async () => {
  const answer = { kind: 'error', code: 'Throttling.User', status: 429, retryAfterMs: 1_500 } as const;
  emulator.setFault({ action: '*', answer });
  const error = await errorOf((await connectWith(keys))(getApp(request.AppId)));
  expect(error).toMatchObject({ code: 'Throttling.User', httpStatus: 429, retryAfterMs: 1_500 });
});
