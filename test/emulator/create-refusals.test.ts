import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { rawCreate, wireContainer } from './raw-call.ts';
import { appId, container, createRequest, refusal, type Sdk, sdkFor } from './sdk.ts';

let emulator: Emulator;
let sdk: Sdk;

beforeAll(async () => {
  emulator = await startEmulator({ apps: [appId] });
  sdk = sdkFor(emulator);
  await sdk.createEdgeContainerAppVersion(createRequest({ name: 'taken-1.0' }));
});
afterAll(() => emulator.stop());

/** Code, status and text as documented for CreateEdgeContainerAppVersion (API reference 12.1). */
const documented: Readonly<Record<string, readonly [number, string]>> = {
  'InvalidParameter.Name': [
    400,
    'The specified Name is invalid. Please check the Name parameter, which must be between 6 and 128 characters. Kindly make the necessary modifications and call the interface again.',
  ],
  'InvalidParameter.Percentage': [
    400,
    'The Percentage parameter is invalid. Please check the Percentage parameter, which should be in the range of 1-100. Modify it accordingly and call the interface again.',
  ],
  'InvalidParameter.Image': [
    400,
    'The specified Image is invalid. Please check the Image parameter and make the necessary modifications and call the interface again.',
  ],
  'InvalidParameter.HttpHeaders': [
    400,
    'The specified HttpHeaders is invalid. Please check the HttpHeaders parameter. Please make the necessary changes and call the interface again.',
  ],
  'InvalidParameter.appid': [
    400,
    'The format of the application ID is invalid. You can call ListEdgeContainerApps to obtain the application ID.',
  ],
  InvalidParameter: [400, 'The specified parameter is invalid.'],
  ParameterAlreadyExist: [
    400,
    'Parameter uniqueness verification failed. Check for duplicate parameter values.',
  ],
  NameAlreadyExists: [400, 'The name already exists.'],
  'InvalidApp.NotFound': [
    404,
    'The application does not exist. Check whether the application ID you specified is correct and try again.',
  ],
  InternalError: [500, 'Failed to call the service. Try again later or contact technical support.'],
};

const twins = [container(), container()];
const badImage = container({ image: 'web@sha256:00' });

const byRequest: readonly (readonly [string, string, object])[] = [
  ['InvalidParameter.Name', 'a name of 5 characters', { name: '12345' }],
  ['InvalidParameter.Name', 'a name of 129 characters', { name: 'n'.repeat(129) }],
  ['InvalidParameter.Name', 'no name', { name: undefined }],
  ['InvalidParameter.Image', 'an image with @', { containers: [badImage] }],
  ['InvalidParameter.Image', 'an image with #', { containers: [container({ image: 'web#1' })] }],
  ['InvalidParameter.Image', 'an image with %', { containers: [container({ image: 'web%41' })] }],
  ['InvalidParameter.Image', 'an image with a blank', { containers: [container({ image: 'web :1' })] }],
  ['InvalidParameter.HttpHeaders', 'headers that are no JSON', { containers: [headersOf('X-Probe: 1')] }],
  ['InvalidParameter.HttpHeaders', 'headers with @', { containers: [headersOf('[{"X":"a@b"}]')] }],
  ['InvalidParameter.HttpHeaders', 'headers with #', { containers: [headersOf('[{"X":"#1"}]')] }],
  ['InvalidParameter.HttpHeaders', 'headers that are a list of texts', { containers: [headersOf('["X"]')] }],
  ['InvalidParameter.appid', 'a malformed app id', { appId: 'app-12' }],
  ['InvalidParameter.appid', 'no app id', { appId: undefined }],
  ['InvalidParameter', 'no containers', { containers: [] }],
  ['InvalidParameter', 'no Containers parameter', { containers: undefined }],
  ['InvalidParameter', 'remarks of 1025 characters', { remarks: 'r'.repeat(1025) }],
  ['ParameterAlreadyExist', 'two containers of one name', { containers: twins }],
  ['NameAlreadyExists', 'a name that another version has', { name: 'taken-1.0' }],
  ['InvalidApp.NotFound', 'an app that does not exist', { appId: 'app-999999999999999999' }],
];

function headersOf(httpHeaders: string) {
  return container({ probeType: 'httpGet', probeContent: { port: 80, path: '/', httpHeaders } });
}

describe('the documented refusals of CreateEdgeContainerAppVersion', () => {
  it.each(byRequest)('refuses with %s %s', async (code, _what, overrides) => {
    const error = await refusal(sdk.createEdgeContainerAppVersion(createRequest(overrides)));
    const [status, message] = documented[code] ?? [];
    expect({ code: error.code, status: error.statusCode, message: error.data.Message }).toEqual({
      code,
      status,
      message,
    });
  });

  it.each(Object.entries(documented))(
    'sends %s by a fault, with its status and text',
    async (code, known) => {
      emulator.setFault({ action: 'CreateEdgeContainerAppVersion', answer: { kind: 'error', code } });
      const error = await refusal(sdk.createEdgeContainerAppVersion(createRequest({ name: 'forced-1.0' })));
      expect([error.statusCode, error.data.Message]).toEqual(known);
      expect(error.code).toBe(code);
      expect(emulator.unusedFaults()).toEqual([]);
    },
  );

  it('checks in the order of the reference, the first mistake wins', async () => {
    const all = {
      appId: 'app-999999999999999999',
      name: '12345',
      remarks: 'r'.repeat(1025),
      containers: [badImage, headersOf('x'), headersOf('x')],
    };
    const repairs: readonly (readonly [string, object])[] = [
      ['InvalidApp.NotFound', {}],
      ['InvalidParameter.Name', { appId }],
      ['InvalidParameter', { name: 'taken-1.0' }],
      ['InvalidParameter.Image', { remarks: '' }],
      ['InvalidParameter.HttpHeaders', { containers: [headersOf('x'), headersOf('x')] }],
      ['ParameterAlreadyExist', { containers: twins }],
      ['NameAlreadyExists', { containers: [container()] }],
    ];
    let request: object = all;
    for (const [code, repair] of repairs) {
      request = { ...request, ...repair };
      const error = await refusal(sdk.createEdgeContainerAppVersion(createRequest(request)));
      expect(error.code).toBe(code);
    }
  });

  it('creates nothing when it refuses', () => {
    expect(emulator.versions().map(({ name }) => name)).toEqual(['taken-1.0']);
  });
});

describe('the members of a container', () => {
  const good = wireContainer;
  let next = 0;
  const create = async (containers: unknown) => {
    next += 1;
    const Containers = typeof containers === 'string' ? containers : JSON.stringify(containers);
    const { body } = await rawCreate(emulator, { Name: `member-${next}`, Containers });
    const version = emulator.versions(appId).find(({ versionId }) => versionId === body.VersionId);
    return { code: body.Code, container: version?.containers[0] };
  };

  it.each(Object.keys(good))('needs %s', async (name) => {
    expect((await create([{ ...good, [name]: undefined }])).code).toBe('InvalidParameter');
  });

  it.each([
    ['Containers that are no JSON', '[{'],
    ['Containers that are no list', good],
    ['a container that is no object', ['web']],
    ['a Spec that is not offered', [{ ...good, Spec: '3C3G' }]],
    ['a Storage that is not offered', [{ ...good, Storage: '5G' }]],
    ['a ProbeType that is not offered', [{ ...good, ProbeType: 'grpc' }]],
    ['IsACRImage as a text', [{ ...good, IsACRImage: 'false' }]],
    ['a Command that is a list', [{ ...good, Command: ['sh'] }]],
    ['port 0', [{ ...good, ProbeContent: { Port: 0 } }]],
    ['port 65536', [{ ...good, ProbeContent: { Port: 65_536 } }]],
    ['a time that is no whole number', [{ ...good, ProbeContent: { Port: 80, PeriodSeconds: 1.5 } }]],
    ['a probe that is a list', [{ ...good, ProbeContent: [] }]],
    ['a probe that is a text without JSON', [{ ...good, ProbeContent: 'Port=80' }]],
    ['ACRImageInfo with a number for a text', [{ ...good, ACRImageInfo: { Tag: 1 } }]],
  ])('refuses %s', async (_what, containers) => {
    expect((await create(containers)).code).toBe('InvalidParameter');
  });

  it('refuses headers that are an array instead of a text', async () => {
    const probe = { Port: 80, HttpHeaders: [{ X: '1' }] };
    expect((await create([{ ...good, ProbeContent: probe }])).code).toBe('InvalidParameter.HttpHeaders');
  });

  it.each([
    [
      'all the names, images and commands that are not documented as wrong',
      { ...good, Name: 'Web_1 ü', Args: '"a' },
    ],
    ['a probe that lacks members which nobody documents as needed', { ...good, ProbeContent: {} }],
    ['headers as one object', { ...good, ProbeContent: { HttpHeaders: '{"X":"1"}' } }],
    ['empty texts', { ...good, Command: '', EnvVariables: '', ProbeContent: { HttpHeaders: '' } }],
  ])('takes %s', async (_what, given) => {
    expect((await create([given])).container).toEqual(given);
  });

  it('takes a probe as a text that holds JSON, and keeps it as object', async () => {
    expect((await create([{ ...good, ProbeContent: '{"Port":8080}' }])).container?.ProbeContent).toEqual({
      Port: 8080,
    });
  });

  it('treats null as absent and drops what it does not know', async () => {
    const given = { ...good, Command: null, ACRImageInfo: null, Color: 'red' };
    expect((await create([given])).container).toEqual(good);
  });

  it('asks for what a probe type needs where the switch says so', async () => {
    emulator.setSwitches({ probeMembers: 'required' });
    const noPath = { ...good, ProbeType: 'httpGet' };
    expect((await create([noPath])).code).toBe('InvalidParameter');
    expect((await create([{ ...noPath, ProbeContent: { Port: 80, Path: '/' } }])).code).toBeUndefined();
    emulator.setSwitches({ probeMembers: 'unchecked' });
  });

  it('takes digests where the switch says so', async () => {
    emulator.setSwitches({ imageCharacters: 'allowed' });
    expect((await create([{ ...good, Image: 'web@sha256:00' }])).code).toBeUndefined();
    emulator.setSwitches({ imageCharacters: 'refused' });
  });

  it('limits containers and versions where a switch says so', async () => {
    emulator.setSwitches({ maxContainers: 1 });
    expect((await create([good, { ...good, Name: 'two' }])).code).toBe('InvalidParameter');
    emulator.setSwitches({ maxContainers: 0, maxVersions: 1 });
    expect((await create([good])).code).toBe('InvalidParameter');
    emulator.setSwitches({ maxVersions: 0 });
    expect((await create([good, { ...good, Name: 'two' }])).code).toBeUndefined();
  });
});
