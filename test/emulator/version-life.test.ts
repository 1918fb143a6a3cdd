import { describe, expect, it } from 'vitest';
import { type Emulator, type SwitchValues, startEmulator } from '../../src/emulator/emulator.ts';
import { rawCall } from './raw-call.ts';
import { appId, container, createRequest, models, refusal, sdkFor } from './sdk.ts';

/** An emulator whose clock the test moves. */
async function startWithClock(switches: SwitchValues = {}) {
  const clock = { nowMs: Date.now() };
  const emulator = await startEmulator({ apps: [appId], now: () => clock.nowMs, ...switches });
  return { emulator, clock, [Symbol.asyncDispose]: () => emulator.stop() };
}

async function create(emulator: Emulator, overrides: object = {}): Promise<string> {
  const { body } = await sdkFor(emulator).createEdgeContainerAppVersion(createRequest(overrides));
  return body?.versionId ?? '';
}

async function getStatus(emulator: Emulator, versionId: string): Promise<string | undefined> {
  const request = new models.GetEdgeContainerAppVersionRequest({ appId, versionId });
  const { body } = await sdkFor(emulator).getEdgeContainerAppVersion(request);
  return body?.version?.status;
}

function remove(emulator: Emulator, versionId: string) {
  const request = new models.DeleteEdgeContainerAppVersionRequest({ appId, versionId });
  return sdkFor(emulator).deleteEdgeContainerAppVersion(request);
}

const failing = { name: 'failing-1', containers: [container({ image: 'web:build-fails' })] };

describe('the life of a version', () => {
  it('goes from creating to created after the delay', async () => {
    await using at = await startWithClock({ buildDelayMs: 5000 });
    const versionId = await create(at.emulator);
    expect(await getStatus(at.emulator, versionId)).toBe('creating');
    at.clock.nowMs += 5000;
    expect(await getStatus(at.emulator, versionId)).toBe('created');
  });

  it('ends as failed if an image has the marker', async () => {
    await using at = await startWithClock({ buildDelayMs: 5000 });
    const versionId = await create(at.emulator, failing);
    expect(await getStatus(at.emulator, versionId)).toBe('creating');
    at.clock.nowMs += 5000;
    expect(await getStatus(at.emulator, versionId)).toBe('failed');
  });

  it('stays creating if an image has the other marker', async () => {
    await using at = await startWithClock();
    const stuck = { containers: [container({ image: 'web:build-never-ends' })] };
    const versionId = await create(at.emulator, stuck);
    at.clock.nowMs += 10 * 60_000;
    expect(await getStatus(at.emulator, versionId)).toBe('creating');
    at.emulator.changeVersion(versionId, { status: 'created' });
    expect(await getStatus(at.emulator, versionId)).toBe('created');
  });

  it('takes other markers where the switches say so', async () => {
    await using at = await startWithClock({ failImageMarker: 'broken', stuckImageMarker: 'endless' });
    const image = (tag: string) => ({
      name: `image-${tag}`,
      containers: [container({ image: `web:${tag}` })],
    });
    expect(await getStatus(at.emulator, await create(at.emulator, image('broken')))).toBe('failed');
    expect(await getStatus(at.emulator, await create(at.emulator, image('endless')))).toBe('creating');
    expect(await getStatus(at.emulator, await create(at.emulator, image('build-fails')))).toBe('created');
  });

  it('keeps the name of a failed version taken, or frees it where the switch says so', async () => {
    await using at = await startWithClock();
    await create(at.emulator, failing);
    const again = { ...failing, containers: [container()] };
    expect(await refusal(create(at.emulator, again))).toMatchObject({ code: 'NameAlreadyExists' });
    at.emulator.setSwitches({ failedNameReserved: false });
    expect(await create(at.emulator, again)).toMatch(/^ver-/);
  });

  it('frees the name of a deleted version, or keeps it taken where the switch says so', async () => {
    await using at = await startWithClock();
    await remove(at.emulator, await create(at.emulator));
    await remove(at.emulator, await create(at.emulator));
    at.emulator.setSwitches({ deletedNameReserved: true });
    expect(await refusal(create(at.emulator))).toMatchObject({ code: 'NameAlreadyExists' });
  });

  it('takes a second version of one name only where the switch says so', async () => {
    await using at = await startWithClock({ duplicateNameCode: 'ParameterAlreadyExist' });
    await create(at.emulator);
    expect(await refusal(create(at.emulator))).toMatchObject({ code: 'ParameterAlreadyExist' });
    at.emulator.setSwitches({ duplicateNames: 'allowed' });
    await create(at.emulator);
    expect(at.emulator.versions().map(({ name }) => name)).toEqual(['web-1.4.2', 'web-1.4.2']);
  });

  it('gives two apps the same version name', async () => {
    const other = 'app-880688675783790002';
    await using emulator = await startEmulator({ apps: [appId, other] });
    await create(emulator);
    await create(emulator, { appId: other });
    expect(emulator.versions(other)).toHaveLength(1);
    expect(emulator.versions()).toHaveLength(2);
  });

  it('refuses to delete a published version, or deletes it where the switch says so', async () => {
    await using at = await startWithClock({ publishedDeleteCode: 'VersionPublished' });
    const versionId = await create(at.emulator);
    at.emulator.changeVersion(versionId, { isPublished: true });
    expect(await refusal(remove(at.emulator, versionId))).toMatchObject({ code: 'VersionPublished' });
    at.emulator.setSwitches({ publishedDelete: 'allowed' });
    await remove(at.emulator, versionId);
    expect(at.emulator.versions()).toEqual([]);
  });

  it('refuses a version id that is malformed, and one that does not exist with the code of the switch', async () => {
    await using at = await startWithClock({ missingVersionCode: 'InvalidVersion.NotFound' });
    expect(await refusal(remove(at.emulator, 'version-1'))).toMatchObject({
      code: 'InvalidParameter.VersionId',
    });
    expect(await refusal(remove(at.emulator, 'ver-123456789012345678'))).toMatchObject({
      code: 'InvalidVersion.NotFound',
    });
  });
});

describe('what Get echoes', () => {
  const probeContent = { port: 80, path: '/', httpHeaders: '[{"X-A":"1"},{"X-B":"2"}]' };
  const zeta = container({ name: 'zeta', postStart: 'sh run.sh', probeType: 'httpGet', probeContent });
  const containers = [zeta, container({ name: 'alpha' })];

  it.each<readonly [SwitchValues, object]>([
    [{}, { PostStart: 'sh run.sh', ProbeContent: { HttpHeaders: probeContent.httpHeaders } }],
    [
      { probeContentEcho: 'string' },
      { ProbeContent: '{"Path":"/","Port":80,"HttpHeaders":"[{\\"X-A\\":\\"1\\"},{\\"X-B\\":\\"2\\"}]"}' },
    ],
    [{ httpHeadersEcho: 'array' }, { ProbeContent: { HttpHeaders: [{ 'X-A': '1' }, { 'X-B': '2' }] } }],
    [{ httpHeadersEcho: 'object' }, { ProbeContent: { HttpHeaders: { 'X-A': '1', 'X-B': '2' } } }],
    [{ postStartEcho: 'exec-json' }, { PostStart: '{"exec":{"command":["sh","run.sh"]}}' }],
    [{ postStartEcho: 'omitted' }, { PostStart: undefined }],
    [{ probeDefaultsEcho: true }, { ProbeContent: { Port: 80, PeriodSeconds: 10, FailureThreshold: 3 } }],
    [{ containerOrderEcho: 'by-name' }, { Name: 'alpha' }],
  ])('with %j shows the first container as %j', async (switches, expected) => {
    await using at = await startWithClock(switches);
    const VersionId = await create(at.emulator, { containers });
    const query = { AppId: appId, VersionId };
    const { body } = await rawCall(at.emulator, { action: 'GetEdgeContainerAppVersion', query });
    const version = body.Version as { readonly Containers: readonly Record<string, unknown>[] };
    const [first] = version.Containers;
    expect({ PostStart: undefined, ...first }).toMatchObject(expected);
  });

  it.each<readonly [SwitchValues['timeFormat'], string]>([
    ['utc', '2026-11-10T02:53:16Z'],
    ['blank', '2026-11-10 02:53:16'],
    ['offset', '2026-11-10T10:53:16.123000000+08:00'],
  ])('writes times in the form %s as %s', async (timeFormat, expected) => {
    const now = () => Date.parse('2026-11-10T02:53:16.123Z');
    await using emulator = await startEmulator({ apps: [appId], timeFormat, now, verifySignatures: false });
    const versionId = await create(emulator);
    emulator.changeVersion(versionId, { isPublished: true });
    const request = new models.GetEdgeContainerAppVersionRequest({ appId, versionId });
    const { body } = await sdkFor(emulator).getEdgeContainerAppVersion(request);
    expect(body?.version).toMatchObject({
      createTime: expected,
      updateTime: expected,
      publishTime: expected,
    });
  });
});
