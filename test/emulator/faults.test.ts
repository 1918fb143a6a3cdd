import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, type Fault, startEmulator } from '../../src/emulator/emulator.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { rawCall, rawCreate } from './raw-call.ts';
import { appId, createRequest, models, refusal, type Sdk, sdkFor } from './sdk.ts';

const createAction = 'CreateEdgeContainerAppVersion';
const listAction = 'ListEdgeContainerAppVersions';
let emulator: Emulator;
let sdk: Sdk;

beforeAll(async () => {
  emulator = await startEmulator({ apps: [appId] });
  sdk = sdkFor(emulator);
});
afterEach(() => {
  emulator.clearFaults();
  emulator.clearCalls();
  for (const { versionId } of emulator.versions()) emulator.deleteVersion(versionId);
});
afterAll(() => emulator.stop());

const create = (name = 'web-1.4.2') => sdk.createEdgeContainerAppVersion(createRequest({ name }));
const list = () =>
  sdk.listEdgeContainerAppVersions(new models.ListEdgeContainerAppVersionsRequest({ appId }));
const created = () => emulator.versions().map(({ name }) => name);

const defaults = { status: undefined, contentType: undefined };

/** One list call, to look at the answer itself. */
async function answerUnder(answer: Fault['answer'] & object) {
  emulator.setFault({ action: listAction, answer });
  return rawCall(emulator);
}

describe('the answers of a fault', () => {
  it('are an error with the status, text and members that the fault gives', async () => {
    const members = { AccessDeniedDetail: { AuthAction: 'esa:List' } };
    const answer = { kind: 'error', code: 'NoPermission', status: 400, message: 'No.', members } as const;
    const { status, body } = await answerUnder(answer);
    expect(status).toBe(400);
    expect(body).toMatchObject({ Code: 'NoPermission', Message: 'No.', ...members });
  });

  it('are a throttling with the time to wait', async () => {
    emulator.setFault({
      action: createAction,
      answer: { kind: 'error', code: 'Throttling.Api', status: 429, retryAfterMs: 1234 },
    });
    expect(await refusal(create())).toMatchObject({
      name: 'ThrottlingError',
      statusCode: 429,
      retryAfter: 1234,
    });
    expect(created()).toEqual([]);
  });

  it.each([502, 504])('are the HTML page of a load balancer with status %i', async (status) => {
    const answer = await answerUnder({ kind: 'html', status });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('text/html');
    expect(answer.text).toContain(`<h1>${status}</h1>`);
  });

  it('are an empty body, 200 or another status', async () => {
    expect(await answerUnder({ kind: 'empty' })).toMatchObject({ status: 200, text: '' });
    expect(await answerUnder({ kind: 'empty', status: 500 })).toMatchObject({ status: 500, text: '' });
  });

  it('are any JSON', async () => {
    const answer = await answerUnder({ kind: 'json', status: 400, body: { Oops: true } });
    expect(answer).toMatchObject({ status: 400, body: { Oops: true } });
  });

  it.each([
    ['XML', { contentType: 'application/xml', text: '<Error><Code>Gone</Code></Error>', status: 404 }],
    ['a number that JSON values cannot hold', { text: '{"VersionId":17955071068400002199}' }],
    ['nothing', { text: '' }],
  ] as const)('are any text: %s', async (_, raw) => {
    const answer = await answerUnder({ kind: 'raw', ...raw });
    const { status = 200, contentType = 'application/json;charset=utf-8', text } = { ...defaults, ...raw };
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([status, contentType, text]);
  });

  it('tell, where the text asks for it, how many calls the fault has hit', async () => {
    const fault = { action: listAction, count: 'always' } as const;
    emulator.setFault({ ...fault, answer: { kind: 'raw', text: '{"a":"{hit}-{hit}"}' } });
    expect((await rawCall(emulator)).text).toBe('{"a":"1-1"}');
    expect((await rawCall(emulator)).text).toBe('{"a":"2-2"}');
  });

  it.each([
    { kind: 'error', code: 'Throttling' },
    { kind: 'html' },
    { kind: 'empty', status: 503 },
    { kind: 'json', body: {} },
    { kind: 'raw', text: '{}' },
  ] as const)('of kind $kind carry the headers that the fault gives', async (answer) => {
    const { headers } = await answerUnder({ ...answer, headers: { 'Retry-After': '30' } });
    expect(headers['retry-after']).toBe('30');
  });

  it('are the true answer, as large as the fault says', async () => {
    const { text, body } = await answerUnder({ kind: 'large', bytes: 1_000_000 });
    expect(text).toHaveLength(1_000_000);
    expect(body.TotalCount).toBe(0);
    expect((await answerUnder({ kind: 'large', bytes: 1 })).body.TotalCount).toBe(0);
  });

  it('say that a delete is done which is not', async () => {
    await create();
    const [{ versionId = '' } = {}] = emulator.versions();
    emulator.setFault({ action: 'DeleteEdgeContainerAppVersion', answer: { kind: 'json', body: {} } });
    const { status } = await rawCall(emulator, {
      ...{ action: 'DeleteEdgeContainerAppVersion', method: 'POST', query: {} },
      form: { AppId: appId, VersionId: versionId },
    });
    expect([status, created()]).toEqual([200, ['web-1.4.2']]);
  });

  it('are a redirect', async () => {
    const answer = await answerUnder({ kind: 'redirect', location: 'http://127.0.0.1:1/' });
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('http://127.0.0.1:1/');
  });

  it('are the true answer without a member, as 200 without VersionId', async () => {
    emulator.setFault({ action: createAction, answer: { kind: 'omit', members: ['VersionId'] } });
    const { body, statusCode } = await create();
    expect(statusCode).toBe(200);
    expect(body?.versionId).toBeUndefined();
    expect(created()).toEqual(['web-1.4.2']);
  });
});

describe('the ways a fault loses an answer', () => {
  it.each([
    [true, ['web-1.4.2']],
    [false, []],
  ])('drop the connection, the action carried out: %s', async (commit, names) => {
    emulator.setFault({ action: createAction, commit, answer: { kind: 'drop' } });
    expect(await refusal(create())).toMatchObject({ code: 'ECONNRESET' });
    expect(created()).toEqual(names);
    const call = await emulator.waitForCall(({ outcome }) => outcome.delivery === 'dropped');
    expect(call.outcome.committed).toBe(commit);
  });

  it('cut the connection midway through the answer, the action carried out', async () => {
    emulator.setFault({ action: createAction, answer: { kind: 'cut' } });
    expect(await refusal(create())).toMatchObject({ code: 'ECONNRESET' });
    expect(created()).toEqual(['web-1.4.2']);
  });

  it.each([
    ['cut', 'cut', 0],
    ['cut', 'cut', 9],
    ['stall', 'stalled', 0],
    ['stall', 'stalled', 9],
  ] as const)('%s it after so many bytes of its body', async (kind, delivery, bytes) => {
    emulator.setSwitches({ verifySignatures: false });
    emulator.setFault({ action: listAction, answer: { kind, bytes } });
    using connection = new RawConnection(Number(new URL(emulator.url).port));
    const query = `Action=${listAction}&Version=2024-09-10&AppId=${appId}`;
    connection.send(`GET /?${query} HTTP/1.1\r\nHost: emulator\r\n\r\n`);
    expect(await connection.match(new RegExp(`content-length.*\r\n\r\n.{${bytes}}$`, 's'))).toBeDefined();
    if (kind === 'cut') await connection.closed;
    await emulator.waitForCall(({ outcome }) => outcome.delivery === delivery);
    expect(connection.received).toMatch(new RegExp(`\r\n\r\n.{${bytes}}$`, 's'));
    emulator.setSwitches({ verifySignatures: true });
  });

  it.each([
    ['stall', 'stalled'],
    ['endless', 'endless'],
    ['hang', 'none'],
  ] as const)('%s until the client gives up, the action carried out', async (kind, delivery) => {
    emulator.setFault({ action: createAction, commit: true, answer: { kind } });
    const client = new AbortController();
    const call = rawCreate(emulator, {}, { signal: client.signal });
    await emulator.waitForCall(({ outcome }) => outcome.delivery === delivery);
    client.abort();
    await expect(call).rejects.toThrow('aborted');
    expect(created()).toEqual(['web-1.4.2']);
  });

  it('delay the action beyond the patience of the client, and still carry it out', async () => {
    const { id } = emulator.setFault({ action: createAction, hold: 'before-commit' });
    const client = new AbortController();
    const call = rawCreate(emulator, {}, { signal: client.signal });
    await emulator.waitForCall(({ outcome }) => outcome.fault === id);
    client.abort();
    await expect(call).rejects.toThrow('aborted');
    expect(created()).toEqual([]);
    emulator.releaseFault(id);
    await emulator.waitForCall(({ outcome }) => outcome.committed);
    expect(created()).toEqual(['web-1.4.2']);
  });

  it('delay the answer after the action', async () => {
    const { id } = emulator.setFault({ action: createAction, hold: 'after-commit' });
    const call = create();
    await emulator.waitForCall(({ outcome }) => outcome.committed && outcome.delivery === 'pending');
    expect(created()).toEqual(['web-1.4.2']);
    emulator.releaseFault(id);
    expect((await call).body?.versionId).toBe(emulator.versions()[0]?.versionId);
  });

  it.each(['delayBeforeCommitMs', 'delayAfterCommitMs'] as const)('wait as long as %s says', async (name) => {
    emulator.setFault({ action: createAction, [name]: 30 });
    await create();
    const call = await emulator.waitForCall(({ outcome }) => outcome.delivery === 'whole');
    expect(call.outcome.durationMs).toBeGreaterThanOrEqual(29);
    expect(created()).toEqual(['web-1.4.2']);
  });
});

describe('the calls that a fault hits', () => {
  const answer = { kind: 'error', code: 'InternalError' } as const;
  const outcomes = async (...names: readonly string[]) => {
    const codes: (string | undefined)[] = [];
    for (const name of names)
      codes.push(
        await create(name).then(
          () => undefined,
          ({ code }) => code,
        ),
      );
    return codes;
  };

  it('are one by default', async () => {
    emulator.setFault({ action: createAction, answer });
    expect(await outcomes('first-1', 'second-1')).toEqual(['InternalError', undefined]);
  });

  it('are as many as it counts, after those it skips', async () => {
    emulator.setFault({ action: createAction, skip: 1, count: 2, answer });
    expect(await outcomes('one-123', 'two-123', 'three-1', 'four-12')).toEqual([
      undefined,
      'InternalError',
      'InternalError',
      undefined,
    ]);
  });

  it('are all until it is removed', async () => {
    const { id } = emulator.setFault({ action: createAction, count: 'always', answer });
    expect(await outcomes('first-1', 'second-1')).toEqual(['InternalError', 'InternalError']);
    emulator.removeFault(id);
    expect(await outcomes('first-1')).toEqual([undefined]);
  });

  it('are those of its action, or of every action', async () => {
    emulator.setFault({ action: listAction, answer });
    expect(await outcomes('first-1')).toEqual([undefined]);
    emulator.setFault({ action: '*', count: 'always', answer });
    expect(await outcomes('second-1')).toEqual(['InternalError']);
    expect(await refusal(list())).toMatchObject({ code: 'InternalError' });
  });

  it('are those with the parameters and the key that it names', async () => {
    emulator.setFault({ action: createAction, where: { Name: 'second-1' }, answer });
    emulator.setFault({ action: createAction, accessKeyId: 'somebody-else', answer });
    expect(await outcomes('first-1', 'second-1', 'third-1')).toEqual([undefined, 'InternalError', undefined]);
    expect(emulator.unusedFaults().map(({ fault }) => fault.accessKeyId)).toEqual(['somebody-else']);
  });

  it('do not include a call that authentication refuses', async () => {
    emulator.setFault({ action: '*', answer });
    expect((await rawCall(emulator, { secret: 'wrong' })).body.Code).toBe('SignatureDoesNotMatch');
    expect(emulator.unusedFaults()).toHaveLength(1);
  });
});

describe('a fault', () => {
  it('can carry the action out and still answer with an error', async () => {
    emulator.setFault({
      action: createAction,
      commit: true,
      answer: { kind: 'error', code: 'InternalError' },
    });
    expect(await refusal(create())).toMatchObject({ code: 'InternalError', statusCode: 500 });
    expect(created()).toEqual(['web-1.4.2']);
  });

  it('can keep a version from Get for a while, though List shows it', async () => {
    emulator.setFault({ action: createAction, version: { getDelayMs: 3_600_000 } });
    const { body } = await create();
    const read = sdk.getEdgeContainerAppVersion(
      new models.GetEdgeContainerAppVersionRequest({ appId, versionId: body?.versionId }),
    );
    expect(await refusal(read)).toMatchObject({ code: 'InvalidParameter.VersionId' });
    expect((await list()).body?.versions).toHaveLength(1);
  });

  it('can make a single version stay creating, fail, or show up late in List', async () => {
    emulator.setFault({ action: createAction, version: { status: 'creating' } });
    emulator.setFault({ action: createAction, version: { status: 'failed' } });
    emulator.setFault({ action: createAction, version: { listDelayMs: 3_600_000 } });
    for (const name of ['first-1', 'second-1', 'third-1']) await create(name);
    expect(emulator.versions().map(({ status }) => status)).toEqual(['creating', 'failed', 'created']);
    expect((await list()).body?.versions?.map(({ name }) => name)).toEqual(['second-1', 'first-1']);
  });

  it('counts as unused until it has hit as many calls as it was set for', async () => {
    emulator.setFault({ action: createAction, count: 2, answer: { kind: 'empty' } });
    expect(emulator.unusedFaults()).toMatchObject([{ used: 0, remaining: 2 }]);
    await refusal(create());
    expect(emulator.unusedFaults()).toMatchObject([{ used: 1, remaining: 1 }]);
    await refusal(create());
    expect(emulator.unusedFaults()).toEqual([]);
    expect(emulator.faults()).toMatchObject([{ used: 2, remaining: 0 }]);
  });

  it('is refused with every mistake named', () => {
    const fault = {
      count: 0,
      hold: 'soon',
      color: 'red',
      version: { status: 'gone' },
      answer: { kind: 'error', status: 99 },
    };
    expect(() => emulator.setFault(fault as unknown as Fault)).toThrow(
      'bad fault: action is missing; count must be a whole number of 1 or more, or "always", not 0; ' +
        'hold must be one of before-commit, after-commit, not "soon"; color is not known; ' +
        'version.status must be one of creating, created, failed, not "gone"; ' +
        'answer.code is missing; answer.status must be an HTTP status from 200 to 599, not 99',
    );
  });

  it.each<readonly [string, object]>([
    [
      'answer.headers must be an object of HTTP headers',
      { action: '*', answer: { kind: 'html', headers: { 'a b': 'c' } } },
    ],
    [
      'answer.headers must be an object of HTTP headers',
      { action: '*', answer: { kind: 'html', headers: { a: 'b\n' } } },
    ],
    [
      'answer.location must be a text that a header can hold',
      { action: '*', answer: { kind: 'redirect', location: 'http://a/\n' } },
    ],
    ...(['delayBeforeCommitMs', 'delayAfterCommitMs'] as const).map(
      (name) =>
        [
          `${name} must be a whole number of milliseconds, a day at most`,
          { action: '*', [name]: 1e15 },
        ] as const,
    ),
    ['hold must be one of before-commit', { action: '*', hold: ['before-commit'] }],
    ['version.status must be one of creating', { action: '*', version: { status: ['created'] } }],
    ['answer.kind must be one of error, html', { action: '*', answer: { kind: ['hang'] } }],
    ['answer.kind must be one of error, html', { action: '*', answer: { kind: 'explode' } }],
    [
      'commit must be true for an answer of kind cut',
      { action: '*', commit: false, answer: { kind: 'cut' } },
    ],
  ])('is refused: %s', (message, fault) => {
    expect(() => emulator.setFault(fault as Fault)).toThrow(message);
  });
});

describe('stopping', () => {
  it('ends calls that a fault holds, without carrying them out', async () => {
    const brief = await startEmulator({ apps: [appId] });
    brief.setFault({ action: createAction, hold: 'before-commit' });
    const call = refusal(sdkFor(brief).createEdgeContainerAppVersion(createRequest()));
    await brief.waitForCall(({ action }) => action === createAction);
    await brief.stop();
    expect(await call).toMatchObject({ code: 'ECONNRESET' });
    expect(brief.versions()).toEqual([]);
  });
});
