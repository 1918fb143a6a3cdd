/** What the controller relies on in what sends a call, asked of the real adapter and of the one in memory. */

import { describe, expect, it } from 'vitest';
import type { Send } from '../../src/cloud/call.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { deleteVersion } from '../../src/cloud/operations/delete-version.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { getVersion } from '../../src/cloud/operations/get-version.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { hasSameContent } from '../../src/kinds/edge-app-version/request/same-content.ts';
import { systemClock } from '../../src/operator/system-clock.ts';
import { MemoryEsa, testApp } from '../support/memory-esa.ts';
import { connect, errorOf, keys, request } from './connect.ts';

interface Subject extends AsyncDisposable {
  readonly send: Send;
}

const subjects: { name: string; start: () => Promise<Subject> }[] = [
  {
    name: 'over the network',
    start: async () => {
      const emulator = await startEmulator({
        apps: [testApp],
        accessKeys: { [keys.accessKeyId]: { secret: keys.accessKeySecret } },
      });
      return {
        send: await connect(emulator.url),
        [Symbol.asyncDispose]: () => emulator.stop(),
      };
    },
  },
  {
    name: 'in memory',
    start: async () => ({
      send: new MemoryEsa({ clock: systemClock }).send,
      [Symbol.asyncDispose]: async () => {},
    }),
  },
];

const firstPage = { appId: testApp, pageNumber: 1, pageSize: 100 };
const named = (name: string) => ({ ...request, AppId: testApp, Name: name });

describe.each(subjects)('the ESA API $name', ({ start }) => {
  it('shows a new version to Get and List, with the remarks it was given', async () => {
    await using subject = await start();
    const { versionId, requestId } = await subject.send(createVersion(named('shop-1.4.2'), 'nonce-1'));
    expect(requestId).toBeTypeOf('string');
    const version = { versionId, name: 'shop-1.4.2', remarks: request.Remarks, status: 'created' };
    expect(await subject.send(getVersion(testApp, versionId))).toMatchObject(version);
    const { versions, totalCount } = await subject.send(listVersions(firstPage));
    expect(versions).toMatchObject([version]);
    expect(totalCount).toBe(1);
  });

  it('echoes the containers in a form with the same content', async () => {
    await using subject = await start();
    const { versionId } = await subject.send(createVersion(named('shop-1.4.2'), 'nonce-1'));
    const { containers } = await subject.send(getVersion(testApp, versionId));
    expect(hasSameContent(named('shop-1.4.2'), { name: 'shop-1.4.2', containers })).toBe(true);
  });

  it('searches fuzzily, and counts what matches', async () => {
    await using subject = await start();
    for (const name of ['shop-1.4.2', 'my-SHOP-1.4.2-b', 'other-1.0']) {
      await subject.send(createVersion(named(name), `nonce-${name}`));
    }
    const { versions, totalCount } = await subject.send(
      listVersions({
        ...firstPage,
        searchName: 'shop-1.4.2',
      }),
    );
    expect(versions.map(({ name }) => name).toSorted()).toEqual(['my-SHOP-1.4.2-b', 'shop-1.4.2']);
    expect(totalCount).toBe(2);
  });

  it('pages through all versions, each once', async () => {
    await using subject = await start();
    for (let i = 0; i < 7; i++) await subject.send(createVersion(named(`shop-1.4.${i}`), `nonce-${i}`));
    const pages = await Promise.all(
      [1, 2, 3, 4].map((pageNumber) => subject.send(listVersions({ ...firstPage, pageNumber, pageSize: 3 }))),
    );
    expect(pages.map(({ versions }) => versions.length)).toEqual([3, 3, 1, 0]);
    expect(new Set(pages.flatMap(({ versions }) => versions.map(({ versionId }) => versionId))).size).toBe(7);
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([7, 7, 7, 7]);
  });

  it('refuses a second version of one name, in a way that may hide a success', async () => {
    await using subject = await start();
    await subject.send(createVersion(named('shop-1.4.2'), 'nonce-1'));
    const error = await errorOf(subject.send(createVersion(named('shop-1.4.2'), 'nonce-2')));
    expect(error.code).toBe('NameAlreadyExists');
    expect(classify(error, 'create').effect).toBe('unknown');
  });

  it('forgets a deleted version', async () => {
    await using subject = await start();
    const { versionId } = await subject.send(createVersion(named('shop-1.4.2'), 'nonce-1'));
    await subject.send(deleteVersion(testApp, versionId));
    expect((await subject.send(listVersions(firstPage))).totalCount).toBe(0);
    const error = await errorOf(subject.send(getVersion(testApp, versionId)));
    expect(classify(error, 'read').reason).toBe('InvalidRequest');
  });

  it('tells an app that does not exist', async () => {
    await using subject = await start();
    const appId = 'app-000000000000000001';
    expect(await subject.send(getApp(testApp))).toMatchObject({ appId: testApp });
    for (const call of [
      subject.send(getApp(appId)),
      subject.send(listVersions({ ...firstPage, appId })),
      subject.send(createVersion({ ...named('shop-1.4.2'), AppId: appId }, 'nonce-1')),
    ]) {
      expect((await errorOf(call)).code).toBe('InvalidApp.NotFound');
    }
  });
});
