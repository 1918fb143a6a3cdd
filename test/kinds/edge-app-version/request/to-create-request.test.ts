import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Container, Probe } from '../../../../src/kinds/edge-app-version/edge-app-version.ts';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../../../src/kinds/edge-app-version/request/to-create-request.ts';
import { versionName } from '../../../../src/kinds/edge-app-version/request/version-name.ts';
import { arbitraryVersion, versionWith } from '../arbitrary-version.ts';
import { splitEnv, splitParts } from './split-packed.ts';

const appId = 'app-880688675783790001';
const packing = defaultPacking;

function wireOf(overrides: Partial<Container>) {
  const plain = { name: 'web', image: 'web:1', spec: '1C2G', probe: { tcpSocket: { port: 80 } } };
  const request = toCreateRequest(versionWith({ appId, containers: [{ ...plain, ...overrides }] }), {
    packing,
  });
  const [container] = request.Containers;
  if (container === undefined) throw new Error('the request has no container');
  return container;
}

describe('versionName', () => {
  test('is spec.name where there is one, else the name of the object', () => {
    expect(versionName({ metadata: { name: 'web' }, spec: { name: 'shop-1.4.2' } })).toBe('shop-1.4.2');
    expect(versionName({ metadata: { name: 'shop-1-4-2' }, spec: {} })).toBe('shop-1-4-2');
  });
});

describe('Remarks', () => {
  const marker = '[k8s owner=prod/shop/web spec=v1:0123456789ab]';
  test.each([
    { remarks: undefined, marker: undefined, sent: undefined },
    { remarks: '', marker: undefined, sent: undefined },
    { remarks: 'spring', marker: undefined, sent: 'spring' },
    { remarks: undefined, marker, sent: marker },
    { remarks: '', marker, sent: marker },
    { remarks: 'spring', marker, sent: `spring\n${marker}` },
  ])('of $remarks with marker $marker are sent as $sent', ({ remarks, marker, sent }) => {
    const object = versionWith({ appId, containers: [], ...(remarks !== undefined && { remarks }) });
    expect(toCreateRequest(object, { packing, ...(marker && { marker }) }).Remarks).toBe(sent);
  });
});

describe('a container', () => {
  test('without optional fields is sent without them, but with the default storage', () => {
    expect(wireOf({})).toStrictEqual({
      Name: 'web',
      Image: 'web:1',
      IsACRImage: false,
      Spec: '1C2G',
      Storage: '0.5G',
      ProbeType: 'tcpSocket',
      ProbeContent: { Port: 80 },
    });
  });

  test('with empty lists is sent as one without them', () => {
    const empty = { command: [], args: [], env: [], postStart: [], preStop: [] };
    expect(wireOf(empty)).toStrictEqual(wireOf({}));
  });

  test.each([
    [{}, undefined],
    [
      { tag: '1', isEnterpriseRegistry: false },
      { IsEnterpriseRegistry: false, Tag: '1' },
    ],
  ])('with acrImageInfo %j is an ACR image with the details %j', (acrImageInfo, details) => {
    const wire = wireOf({ acrImageInfo });
    expect(wire.IsACRImage).toBe(true);
    expect(wire.ACRImageInfo).toStrictEqual(details);
  });

  test('has its lists joined by the rules of each', () => {
    const wire = wireOf({
      command: ['/bin/server'],
      args: ['--port', '8080'],
      env: [
        { name: 'MODE', value: 'prod' },
        { name: 'LEVEL', value: '2' },
      ],
      postStart: ['sh', '-c', 'echo hello world'],
      preStop: ['sh', 'prestop.sh'],
    });
    expect(wire).toMatchObject({
      Command: '/bin/server',
      Args: '--port 8080',
      EnvVariables: 'MODE=prod,LEVEL=2',
      PostStart: 'sh -c "echo hello world"',
      PreStop: 'sh prestop.sh',
    });
  });
});

describe('a probe', () => {
  const cases: [Probe, string, object][] = [
    [{ exec: { command: ['cat', '/tmp/ok'] } }, 'exec', { Command: 'cat /tmp/ok' }],
    [{ tcpSocket: { port: 1, host: 'a.example' } }, 'tcpSocket', { Host: 'a.example', Port: 1 }],
    [{ httpGet: { path: '/', port: 80 } }, 'httpGet', { Path: '/', Port: 80 }],
    [
      { httpGet: { path: '/', port: 80, scheme: 'HTTPS', host: 'a.example' } },
      'httpGet',
      { Host: 'a.example', Path: '/', Port: 80, Scheme: 'https' },
    ],
    [{ httpGet: { path: '/', port: 80, httpHeaders: [] } }, 'httpGet', { Path: '/', Port: 80 }],
    [
      {
        httpGet: {
          path: '/',
          port: 80,
          httpHeaders: [
            { name: 'B', value: '1' },
            { name: '__proto__', value: '2' },
            { name: 'B', value: '"3"' },
          ],
        },
      },
      'httpGet',
      { HttpHeaders: '[{"B":"1"},{"__proto__":"2"},{"B":"\\"3\\""}]', Path: '/', Port: 80 },
    ],
    [
      { tcpSocket: { port: 1 }, initialDelaySeconds: 0, failureThreshold: 3 },
      'tcpSocket',
      { Port: 1, InitialDelaySeconds: 0, FailureThreshold: 3 },
    ],
  ];

  test.each(cases)('%j becomes %s with nothing filled in', (probe, type, content) => {
    const wire = wireOf({ probe });
    expect(wire.ProbeType).toBe(type);
    expect(wire.ProbeContent).toStrictEqual(content);
  });
});

describe('any valid object', () => {
  test('keeps the order of its containers, variables and parts', () => {
    fc.assert(
      fc.property(arbitraryVersion, (object) => {
        const { Containers } = toCreateRequest(object, { packing });
        expect(Containers.map(({ Name }) => Name)).toEqual(object.spec.containers.map(({ name }) => name));
        object.spec.containers.forEach(({ env, args, preStop }, index) => {
          const wire = Containers[index];
          expect(wire?.EnvVariables && splitEnv(wire.EnvVariables)).toEqual(env);
          expect(wire?.Args && splitParts(wire.Args)).toEqual(args);
          expect(wire?.PreStop && splitParts(wire.PreStop)).toEqual(preStop);
        });
      }),
    );
  });

  test('gives a request that JSON carries unchanged, so no member of it is undefined', () => {
    fc.assert(
      fc.property(arbitraryVersion, (object) => {
        const request = toCreateRequest(object, { packing });
        expect(JSON.parse(JSON.stringify(request))).toStrictEqual(request);
      }),
    );
  });
});
