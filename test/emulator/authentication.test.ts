import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { acsDate, type RawCall, rawCall } from './raw-call.ts';
import { appId, createRequest, models, refusal, sdkFor } from './sdk.ts';

const minuteMs = 60_000;
let clockShiftMs = 0;
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({
    apps: [appId],
    now: () => Date.now() + clockShiftMs,
    accessKeys: {
      'emulator-key-id': { secret: 'emulator-key-secret' },
      'sts-key': { secret: 'sts-secret', securityToken: 'token-1' },
      'old-sts-key': { secret: 'sts-secret', securityToken: 'token-1', expiresAt: '2020-01-01T00:00:00Z' },
      'disabled-key': { secret: 'emulator-key-secret', disabled: true },
      'reader-key': { secret: 'emulator-key-secret', deny: ['CreateEdgeContainerAppVersion'] },
    },
  });
});
afterEach(() => {
  clockShiftMs = 0;
});
afterAll(() => emulator.stop());

const sts = { accessKeyId: 'sts-key', secret: 'sts-secret' };
const farFuture = acsDate(Date.now() + 16 * minuteMs);
const farPast = acsDate(Date.now() - 16 * minuteMs);

const refused: readonly (readonly [string, number, string, RawCall])[] = [
  ['InvalidAccessKeyId.NotFound', 404, 'an unknown key', { accessKeyId: 'nobody' }],
  ['InvalidAccessKeyId.Inactive', 400, 'a disabled key', { accessKeyId: 'disabled-key' }],
  ['SignatureDoesNotMatch', 400, 'a wrong secret', { secret: 'wrong' }],
  ['SignatureDoesNotMatch', 400, 'a changed header', { tamper: { 'x-acs-action': 'ListEdgeContainerApps' } }],
  ['SignatureDoesNotMatch', 400, 'a changed body', { method: 'POST', form: { A: '1' }, sentBody: 'A=2' }],
  ['IncompleteSignature', 400, 'no Authorization', { tamper: { authorization: undefined } }],
  ['IncompleteSignature', 400, 'an unsigned x-acs header', { tamper: { 'x-acs-extra': '1' } }],
  [
    'IncompleteSignature',
    400,
    'an unsigned content-type',
    { method: 'POST', form: {}, unsigned: ['content-type'] },
  ],
  ['IncompleteSignature', 400, 'an unsigned host', { unsigned: ['host'] }],
  ['IncompleteSignature', 400, 'no nonce', { tamper: { 'x-acs-signature-nonce': undefined } }],
  [
    'InvalidSignatureMethod',
    400,
    'another algorithm',
    { tamper: { authorization: 'ACS3-RSA-SHA256 Credential=a,SignedHeaders=host,Signature=00' } },
  ],
  ['InvalidTimeStamp.Expired', 400, 'a date 16 minutes ago', { headers: { 'x-acs-date': farPast } }],
  ['InvalidTimeStamp.Expired', 400, 'a date in 16 minutes', { headers: { 'x-acs-date': farFuture } }],
  ['InvalidTimeStamp.Format', 400, 'a date in another form', { headers: { 'x-acs-date': '1 May 2025' } }],
  ['MissingSecurityToken', 400, 'a temporary key without its token', sts],
  [
    'InvalidSecurityToken.MismatchWithAccessKey',
    400,
    'a temporary key with another token',
    { ...sts, headers: { 'x-acs-security-token': 'token-2' } },
  ],
  [
    'InvalidSecurityToken.MismatchWithAccessKey',
    400,
    'a permanent key with a token',
    { headers: { 'x-acs-security-token': 'token-1' } },
  ],
  [
    'InvalidSecurityToken.Malformed',
    400,
    'an empty token',
    { ...sts, headers: { 'x-acs-security-token': '' } },
  ],
  [
    'InvalidSecurityToken.Expired',
    400,
    'a token that has ended',
    { ...sts, accessKeyId: 'old-sts-key', headers: { 'x-acs-security-token': 'token-1' } },
  ],
];

describe('authentication', () => {
  it.each(refused)('refuses with %s (%i) %s', async (code, status, _what, call) => {
    const answer = await rawCall(emulator, call);
    expect({ status: answer.status, code: answer.body.Code }).toEqual({ status, code });
  });

  it.each([
    ['a date 14 minutes ago', { headers: { 'x-acs-date': acsDate(Date.now() - 14 * minuteMs) } }],
    ['a date in 14 minutes', { headers: { 'x-acs-date': acsDate(Date.now() + 14 * minuteMs) } }],
    ['a temporary key with its token', { ...sts, headers: { 'x-acs-security-token': 'token-1' } }],
  ])('accepts %s', async (_what, call) => {
    expect((await rawCall(emulator, call)).status).toBe(200);
  });

  it('refuses a nonce again within 31 minutes, for every key, and takes it after that', async () => {
    const nonce = randomUUID();
    const call = () =>
      rawCall(emulator, {
        headers: { 'x-acs-signature-nonce': nonce, 'x-acs-date': acsDate(Date.now() + clockShiftMs) },
      });
    expect((await call()).status).toBe(200);
    clockShiftMs = 30 * minuteMs;
    expect((await call()).body.Code).toBe('SignatureNonceUsed');
    clockShiftMs = 32 * minuteMs;
    expect((await call()).status).toBe(200);
  });

  it('does not use up the nonce of a call with a wrong signature', async () => {
    const headers = { 'x-acs-signature-nonce': randomUUID() };
    await rawCall(emulator, { headers, secret: 'wrong' });
    expect((await rawCall(emulator, { headers })).status).toBe(200);
  });

  it('repeats what the server signed when the signature is wrong, but never the secret', async () => {
    const { body } = await rawCall(emulator, { secret: 'wrong' });
    expect(body.Message).toContain('Specified signature is not matched with our calculation.');
    expect(body.Message).toContain('x-acs-action:ListEdgeContainerAppVersions');
    expect(body.Message).not.toContain('emulator-key-secret');
  });

  it('denies an action to a key by RAM, with AccessDeniedDetail, and lets the others pass', async () => {
    const reader = sdkFor(emulator, { accessKeyId: 'reader-key' });
    const denied = await refusal(reader.createEdgeContainerAppVersion(createRequest()));
    expect(denied).toMatchObject({ code: 'NoPermission', statusCode: 403 });
    expect(denied.data.AccessDeniedDetail).toMatchObject({ AuthAction: 'esa:CreateEdgeContainerAppVersion' });
    const list = new models.ListEdgeContainerAppVersionsRequest({ appId });
    expect((await reader.listEdgeContainerAppVersions(list)).statusCode).toBe(200);
  });

  it('takes a key that is added and refuses one that is removed while it runs', async () => {
    const call = { accessKeyId: 'late-key', secret: 'late-secret' };
    emulator.setAccessKey('late-key', { secret: 'late-secret' });
    expect((await rawCall(emulator, call)).status).toBe(200);
    emulator.setAccessKey('late-key', undefined);
    expect((await rawCall(emulator, call)).body.Code).toBe('InvalidAccessKeyId.NotFound');
  });

  it('takes anything where the check is switched off', async () => {
    await using open = await startEmulator({ apps: [appId], verifySignatures: false });
    const call = { secret: 'wrong', tamper: { authorization: undefined } };
    expect((await rawCall(open, call)).status).toBe(200);
  });

  it('accepts the SDK with a security token', async () => {
    const sdk = sdkFor(emulator, {
      accessKeyId: 'sts-key',
      accessKeySecret: 'sts-secret',
      securityToken: 'token-1',
    });
    const list = new models.ListEdgeContainerAppVersionsRequest({ appId });
    expect((await sdk.listEdgeContainerAppVersions(list)).statusCode).toBe(200);
  });

  it("accepts the SDK's signature over any text, in form and query, and reads the text as it was", async () => {
    const sdk = sdkFor(emulator);
    const oddText = fc.string({
      unit: fc.constantFrom(...` !'()*~+/=&%?#;,:@$"\\[]{}<>|^\`.-_aZ9é商🚀`),
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(oddText, fc.string({ unit: 'grapheme', maxLength: 20 }), async (odd, any) => {
        const text = `${odd}${any}`;
        const remarks = new models.CreateEdgeContainerAppVersionRequest({ appId, name: 'a', remarks: text });
        await refusal(sdk.createEdgeContainerAppVersion(remarks));
        const search = { appId, searchType: 'Name', searchKey: text };
        await sdk.listEdgeContainerAppVersions(new models.ListEdgeContainerAppVersionsRequest(search));
        const [create, list] = emulator.calls().slice(-2);
        expect(create?.outcome.code).toBe('InvalidParameter.Name');
        expect(create?.parameters.Remarks).toBe(text);
        expect(list?.parameters.SearchKey).toBe(text);
      }),
      { numRuns: 150 },
    );
  });
});
