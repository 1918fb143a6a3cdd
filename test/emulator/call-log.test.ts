import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { appId, rawCall, rawCreate } from './raw-call.ts';

describe('the call log', () => {
  it('has action, decoded parameters, outcome, time, request id and nonce of a call', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    const { body } = await rawCreate(emulator, { Remarks: 'a b' });
    const [call] = emulator.calls();
    expect(call).toMatchObject({
      number: 1,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      action: 'CreateEdgeContainerAppVersion',
      method: 'POST',
      accessKeyId: 'emulator-key-id',
      parameters: {
        AppId: appId,
        Name: 'web-1.4.2',
        Remarks: 'a b',
        Containers: expect.stringMatching(/^\[\{/),
      },
      nonce: expect.stringMatching(/^[0-9a-f-]{36}$/),
      requestId: body.RequestId,
      outcome: { delivery: 'whole', committed: true, status: 200, versionId: body.VersionId },
    });
  });

  it('has the code of a refusal, also of one by the gateway', async () => {
    await using emulator = await startEmulator();
    await rawCreate(emulator, {});
    await rawCreate(emulator, {}, { secret: 'wrong' });
    expect(emulator.calls().map(({ outcome }) => [outcome.status, outcome.code, outcome.committed])).toEqual([
      [404, 'InvalidApp.NotFound', false],
      [400, 'SignatureDoesNotMatch', false],
    ]);
  });

  it('has the number of versions that a List told', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    await rawCreate(emulator, {});
    await rawCall(emulator);
    expect(emulator.calls().map(({ outcome }) => outcome.totalCount)).toEqual([undefined, 1]);
  });

  it('has no secret and no signature in it', async () => {
    await using emulator = await startEmulator({
      accessKeys: { id: { secret: 'top-secret', securityToken: 'token-of-mine' } },
    });
    const query = {
      AppId: appId,
      Password: 'pass-of-mine',
      Signature: 'sign-of-mine',
      SecurityToken: 'token-of-mine',
    };
    const headers = { 'x-acs-security-token': 'token-of-mine' };
    await rawCall(emulator, { query, headers, accessKeyId: 'id', secret: 'top-secret' });
    const text = JSON.stringify(emulator.calls());
    expect(text).toContain('InvalidApp.NotFound');
    expect(text).not.toMatch(/of-mine|top-secret|authorization/i);
  });

  it('keeps the newest calls, as many as the switch says', async () => {
    await using emulator = await startEmulator({ apps: [appId], maxCalls: 2 });
    for (let call = 0; call < 5; call += 1) await rawCall(emulator);
    expect(emulator.calls().map(({ number }) => number)).toEqual([4, 5]);
    emulator.clearCalls();
    expect(emulator.calls()).toEqual([]);
  });

  it('takes the latency into account that the switch adds to every call', async () => {
    await using emulator = await startEmulator({ apps: [appId], latencyMs: 30 });
    await rawCall(emulator);
    expect(emulator.calls()[0]?.outcome.durationMs).toBeGreaterThanOrEqual(29);
  });
});
