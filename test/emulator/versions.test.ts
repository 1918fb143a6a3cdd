import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { appId, container, createRequest, models, refusal, type Sdk, sdkFor } from './sdk.ts';

let emulator: Emulator;
let sdk: Sdk;

beforeAll(async () => {
  emulator = await startEmulator({ apps: [appId] });
  sdk = sdkFor(emulator);
});
afterAll(() => emulator.stop());

describe('the version calls, driven by the official SDK', () => {
  it('creates a version and gets all of it back', async () => {
    const probeContent = new models.CreateEdgeContainerAppVersionRequestContainersProbeContent({
      path: '/healthz',
      port: 8080,
      scheme: 'http',
      host: 'shop.example.com',
      httpHeaders: '[{"X-Probe":"1"}]',
      initialDelaySeconds: 5,
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
    const full = container({
      isACRImage: true,
      ACRImageInfo: new models.CreateEdgeContainerAppVersionRequestContainersACRImageInfo({
        domain: 'd',
        instanceId: 'cri-1',
        isEnterpriseRegistry: true,
        regionId: 'cn-hangzhou',
        repoId: 'crr-1',
        repoName: 'web',
        repoNamespace: 'shop',
        tag: '1.4.2',
        tagUrl: 'u',
      }),
      command: '/bin/server',
      args: "--port 8080 --text *'()~!+/商店",
      envVariables: 'MODE=prod,TITLE=My App',
      postStart: 'sh poststart.sh "echo hello world"',
      preStop: 'sh prestop.sh',
      probeType: 'httpGet',
      probeContent,
    });
    const request = createRequest({ name: 'full-1.0', remarks: 'first\nrelease', containers: [full] });
    const { body: created } = await sdk.createEdgeContainerAppVersion(request);
    expect(created?.versionId).toMatch(/^ver-\d{18}$/);

    const { body } = await sdk.getEdgeContainerAppVersion(
      new models.GetEdgeContainerAppVersionRequest({ appId, versionId: created?.versionId }),
    );
    const version = body?.version;
    expect(version).toMatchObject({
      appId,
      versionId: created?.versionId,
      name: 'full-1.0',
      status: 'created',
    });
    expect(version?.remarks).toBe('first\nrelease');
    expect(version?.containers?.[0]?.toMap()).toEqual(full.toMap());
  });

  it('lists versions without the three members that only Get has', async () => {
    await sdk.createEdgeContainerAppVersion(createRequest({ name: 'listed-1.0' }));
    const { body } = await sdk.listEdgeContainerAppVersions(
      new models.ListEdgeContainerAppVersionsRequest({ appId, searchType: 'Name', searchKey: 'LISTED' }),
    );
    expect(body?.totalCount).toBe(1);
    const listed = body?.versions?.[0]?.containers?.[0]?.toMap();
    expect(listed).toMatchObject({ Name: 'web', Image: 'registry.example.com/team/web:1.4.2', Spec: '1C2G' });
    expect(listed).not.toHaveProperty('Storage');
    expect(listed).not.toHaveProperty('IsACRImage');
  });

  it('deletes a version, and then no longer finds it', async () => {
    const { body } = await sdk.createEdgeContainerAppVersion(createRequest({ name: 'deleted-1.0' }));
    const versionId = body?.versionId;
    await sdk.deleteEdgeContainerAppVersion(
      new models.DeleteEdgeContainerAppVersionRequest({ appId, versionId }),
    );
    const missing = await refusal(
      sdk.getEdgeContainerAppVersion(new models.GetEdgeContainerAppVersionRequest({ appId, versionId })),
    );
    expect(missing).toMatchObject({ code: 'InvalidParameter.VersionId', statusCode: 400 });
  });
});
