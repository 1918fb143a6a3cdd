import { describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { appId, createRequest, models, refusal, sdkFor } from './sdk.ts';

function create(emulator: Emulator, overrides: object = {}) {
  const request = { name: 'app-test', servicePort: 80, targetPort: 8080, ...overrides };
  return sdkFor(emulator).createEdgeContainerApp(new models.CreateEdgeContainerAppRequest(request));
}

async function get(emulator: Emulator, id: string | undefined) {
  const request = new models.GetEdgeContainerAppRequest({ appId: id });
  return (await sdkFor(emulator).getEdgeContainerApp(request)).body?.app;
}

async function names(emulator: Emulator, query: object = {}) {
  const { body } = await sdkFor(emulator).listEdgeContainerApps(
    new models.ListEdgeContainerAppsRequest(query),
  );
  return body?.apps?.map(({ name }) => name);
}

describe('the app calls, driven by the official SDK', () => {
  it('creates an app, and gets it with the documented defaults', async () => {
    await using emulator = await startEmulator();
    const { body } = await create(emulator, {
      remarks: 'test app',
      healthCheckType: 'l7',
      healthCheckTimeout: 9,
    });
    expect(body?.appId).toMatch(/^app-\d{18}$/);
    const app = await get(emulator, body?.appId);
    expect(app).toMatchObject({
      appId: body?.appId,
      name: 'app-test',
      remarks: 'test app',
      status: 'created',
      servicePort: 80,
      targetPort: 8080,
      versionCount: 0,
    });
    expect(app?.healthCheck?.toMap()).toEqual({
      Type: 'l7',
      Host: '',
      HttpCode: 'http_2xx',
      Method: 'HEAD',
      Uri: '/',
      Port: 80,
      Timeout: 9,
      Interval: 5,
      SuccTimes: 2,
      FailTimes: 5,
    });
  });

  it.each([
    ['InvalidParameter.Name', { name: 'short' }],
    ['InvalidParameter.Name', { name: 'App-test' }],
    ['InvalidParameter.Name', { name: 'app-test-' }],
    ['InvalidParameter.Name', { name: undefined }],
    ['InvalidParameter', { servicePort: 0 }],
    ['InvalidParameter', { servicePort: undefined }],
    ['InvalidParameter', { targetPort: 65_536 }],
    ['InvalidParameter', { healthCheckMethod: 'POST' }],
    ['InvalidParameter', { healthCheckInterval: 51 }],
    ['InvalidParameter', { healthCheckURI: 'u'.repeat(81) }],
  ])('refuses with %s %j', async (code, overrides) => {
    await using emulator = await startEmulator();
    expect(await refusal(create(emulator, overrides))).toMatchObject({ code, statusCode: 400 });
    expect(emulator.apps()).toEqual([]);
  });

  it('refuses a second app of one name until the first is deleted', async () => {
    await using emulator = await startEmulator();
    const first = await create(emulator);
    expect(await refusal(create(emulator))).toMatchObject({ code: 'NameAlreadyExists' });
    const request = new models.DeleteEdgeContainerAppRequest({ appId: first.body?.appId });
    expect((await sdkFor(emulator).deleteEdgeContainerApp(request)).body?.state).toBe('ok');
    expect((await create(emulator)).statusCode).toBe(200);
  });

  it('keeps a new app creating for as long as the switch says', async () => {
    let nowMs = Date.now();
    await using emulator = await startEmulator({ appBuildDelayMs: 5000, now: () => nowMs });
    const { body } = await create(emulator);
    expect((await get(emulator, body?.appId))?.status).toBe('creating');
    nowMs += 5000;
    expect((await get(emulator, body?.appId))?.status).toBe('created');
  });

  it('lists apps in pages, by name and by id', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    await create(emulator, { name: 'shop-one' });
    await create(emulator, { name: 'shop-two' });
    expect(await names(emulator)).toEqual(['shop-two', 'shop-one', appId]);
    expect(await names(emulator, { pageSize: 1, pageNumber: 2 })).toEqual(['shop-one']);
    expect(await names(emulator, { searchType: 'Name', searchKey: 'SHOP' })).toEqual([
      'shop-two',
      'shop-one',
    ]);
    expect(await names(emulator, { searchType: 'Appid', searchKey: appId })).toEqual([appId]);
    expect(await names(emulator, { orderKey: 'Name', orderType: 'ASC' })).toEqual([
      appId,
      'shop-one',
      'shop-two',
    ]);
    expect(await refusal(names(emulator, { pageSize: 501 }))).toMatchObject({ code: 'InvalidParameter' });
  });

  it('hides a deleted app from every call, or returns it as deleted where the switch says so', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    emulator.setAppStatus(appId, 'deleted');
    const createVersion = () => sdkFor(emulator).createEdgeContainerAppVersion(createRequest());
    expect(await refusal(get(emulator, appId))).toMatchObject({
      code: 'InvalidApp.NotFound',
      statusCode: 404,
    });
    expect(await refusal(createVersion())).toMatchObject({ code: 'InvalidApp.NotFound' });
    expect(await names(emulator)).toEqual([]);
    emulator.setSwitches({ deletedApps: 'returned' });
    expect((await get(emulator, appId))?.status).toBe('deleted');
    expect(await refusal(createVersion())).toMatchObject({ code: 'InvalidApp.NotFound' });
  });

  it('deletes an app that has versions, or refuses where the switch says so', async () => {
    await using emulator = await startEmulator({ apps: [appId], nonEmptyAppDelete: 'refused' });
    const sdk = sdkFor(emulator);
    await sdk.createEdgeContainerAppVersion(createRequest());
    const remove = () => sdk.deleteEdgeContainerApp(new models.DeleteEdgeContainerAppRequest({ appId }));
    expect(await refusal(remove())).toMatchObject({ code: 'Record.AlreadyExist', statusCode: 403 });
    emulator.setSwitches({ nonEmptyAppDelete: 'allowed' });
    expect((await remove()).body?.state).toBe('ok');
  });

  it('lets any well-formed app exist where the switch says so', async () => {
    await using emulator = await startEmulator({ autoCreateApps: true });
    expect((await get(emulator, appId))?.status).toBe('created');
    await sdkFor(emulator).createEdgeContainerAppVersion(createRequest({ appId: 'app-1234567890123456' }));
    expect(emulator.apps()).toHaveLength(2);
    expect(await refusal(get(emulator, 'app-1'))).toMatchObject({ code: 'InvalidParameter.appid' });
  });
});

describe('GetEdgeContainerAppStatus', () => {
  const statusOf = async (emulator: Emulator, publishEnv: string) => {
    const request = new models.GetEdgeContainerAppStatusRequest({ appId, publishEnv });
    return (await sdkFor(emulator).getEdgeContainerAppStatus(request)).body?.appStatus;
  };

  it('names the version that was published last, for its environment only', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    expect(await statusOf(emulator, 'prod')).toMatchObject({ deployStatus: 'undeploy', deployedVersion: '' });
    const { body } = await sdkFor(emulator).createEdgeContainerAppVersion(createRequest());
    const versionId = body?.versionId ?? '';
    emulator.changeVersion(versionId, { isPublished: true });
    expect(await statusOf(emulator, 'prod')).toMatchObject({
      deployStatus: 'deployed',
      publishStatus: 'published',
      deployedVersion: versionId,
    });
    expect(await statusOf(emulator, 'staging')).toMatchObject({ deployedVersion: '' });
  });

  it('refuses an environment that does not exist', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    expect(await refusal(statusOf(emulator, 'test'))).toMatchObject({ code: 'InvalidParameter' });
  });
});
