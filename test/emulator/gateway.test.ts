import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { type RawCall, rawCall, wireContainer } from './raw-call.ts';
import { appId, createRequest, models, refusal, sdkFor } from './sdk.ts';

const containers = JSON.stringify([wireContainer]);
const create = { AppId: appId, Containers: containers };
const createAction = 'CreateEdgeContainerAppVersion';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ apps: [appId] });
});
afterAll(() => emulator.stop());

describe('the gateway', () => {
  it.each<readonly [string, number, string, RawCall]>([
    [
      'InvalidAction.NotFound',
      404,
      'an action that the API lacks',
      { action: 'UpdateEdgeContainerAppVersion' },
    ],
    ['InvalidAction.NotFound', 404, 'an action in another case', { action: 'listedgecontainerappversions' }],
    ['InvalidAction.NotFound', 404, 'a name that every object has', { action: 'constructor' }],
    ['InvalidVersion', 400, 'another API version', { headers: { 'x-acs-version': '2023-01-01' } }],
    ['InvalidApi.NotFound', 404, 'another path', { path: '/edge' }],
    ['UnsupportedHTTPMethod', 400, 'another method', { method: 'PUT' }],
  ])('refuses with %s (%i) %s', async (code, status, _what, call) => {
    const answer = await rawCall(emulator, call);
    expect({ status: answer.status, code: answer.body.Code }).toEqual({ status, code });
  });

  it('answers an error with the envelope and the headers of the API', async () => {
    const { body, headers } = await rawCall(emulator, { query: {} });
    expect(body).toEqual({
      RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
      HostId: new URL(emulator.url).host,
      Code: 'InvalidParameter.appid',
      Message: expect.stringContaining('The format of the application ID is invalid.'),
      Recommend: expect.stringContaining('q=InvalidParameter.appid&product=ESA'),
    });
    expect(headers['content-type']).toBe('application/json;charset=utf-8');
    expect(headers['x-acs-request-id']).toBe(body.RequestId);
  });

  it.each<readonly [string, RawCall]>([
    ['the form', { form: { ...create, Name: 'form-1' }, query: {} }],
    ['the query', { query: { ...create, Name: 'query-1' } }],
    [
      'query and form together',
      { query: { AppId: appId }, form: { Containers: containers, Name: 'both-1' } },
    ],
    ['a GET', { method: 'GET', query: { ...create, Name: 'get-12' } }],
    [
      'a form with parameters it does not know',
      { query: { RegionId: 'x' }, form: { ...create, Name: 'extra-1', X: '1' } },
    ],
  ])('takes the parameters from %s', async (_where, call) => {
    const answer = await rawCall(emulator, { action: createAction, method: 'POST', ...call });
    expect(answer.body.VersionId).toMatch(/^ver-\d{18}$/);
  });

  it('reads the action from the parameters if no header names it', async () => {
    const query = { AppId: appId, Action: 'GetEdgeContainerApp' };
    const answer = await rawCall(emulator, { query, headers: { 'x-acs-action': '' } });
    expect(answer.body.App).toMatchObject({ AppId: appId });
  });

  it('reads a body that comes in chunks', async () => {
    const form = { ...create, Name: 'chunked-1' };
    const headers = { 'transfer-encoding': 'chunked' };
    const answer = await rawCall(emulator, {
      action: createAction,
      method: 'POST',
      query: {},
      form,
      headers,
    });
    expect(answer.status).toBe(200);
  });

  it('keeps to the documented methods where the switch says so', async () => {
    await using strict = await startEmulator({ apps: [appId], methods: 'documented' });
    const query = { ...create, Name: 'strict-1' };
    const get = await rawCall(strict, { action: createAction, query });
    expect(get.body.Code).toBe('UnsupportedHTTPMethod');
    expect((await rawCall(strict, { action: createAction, method: 'POST', query })).status).toBe(200);
  });

  it('asks for HTTPS where the documentation allows nothing else and the switch says so', async () => {
    await using strict = await startEmulator({ apps: [appId], httpsOnly: 'enforced' });
    const call = { method: 'POST', query: { AppId: appId, VersionId: 'ver-1' } };
    const answer = await rawCall(strict, { action: 'DeleteEdgeContainerAppVersion', ...call });
    expect(answer.body.Code).toBe('InvalidProtocol.NeedSsl');
    expect((await rawCall(strict)).status).toBe(200);
  });

  it('names an absent parameter as the gateway does where the switch says so', async () => {
    await using strict = await startEmulator({ apps: [appId], absentParameter: 'gateway' });
    const sdk = sdkFor(strict);
    expect(
      await refusal(sdk.createEdgeContainerAppVersion(createRequest({ name: undefined }))),
    ).toMatchObject({
      code: 'MissingName',
      data: { Message: 'Name is mandatory for this action.' },
    });
    const list = sdk.listEdgeContainerAppVersions(new models.ListEdgeContainerAppVersionsRequest({}));
    expect(await refusal(list)).toMatchObject({ code: 'MissingAppId' });
  });
});

describe('throttling', () => {
  it('refuses calls above the rate with the time to wait, by key and action', async () => {
    let nowMs = Date.now();
    await using slow = await startEmulator({ apps: [appId], ratePerSecond: 2, now: () => nowMs });
    const sdk = sdkFor(slow);
    const list = () =>
      sdk.listEdgeContainerAppVersions(new models.ListEdgeContainerAppVersionsRequest({ appId }));
    await list();
    await list();
    expect(await refusal(list())).toMatchObject({
      name: 'ThrottlingError',
      code: 'Throttling.User',
      statusCode: 400,
      retryAfter: 500,
    });
    await sdk.getEdgeContainerApp(new models.GetEdgeContainerAppRequest({ appId }));
    nowMs += 500;
    await list();
  });

  it('answers with another status where the switch says so', async () => {
    await using slow = await startEmulator({ ratePerSecond: 1, throttleStatus: 429, autoCreateApps: true });
    await rawCall(slow);
    const answer = await rawCall(slow);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['x-acs-retry-after'])).toBeGreaterThan(0);
  });
});
