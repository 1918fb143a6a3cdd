import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CreateVersionRequest, WireContainer } from '../../../../src/cloud/create-request.ts';
import { defaultPacking } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { hasSameContent } from '../../../../src/kinds/edge-app-version/request/same-content.ts';
import { toCreateRequest } from '../../../../src/kinds/edge-app-version/request/to-create-request.ts';
import { arbitraryVersion } from '../arbitrary-version.ts';

const web = {
  Name: 'web',
  Image: 'registry.example.com/shop/web:1.4.2',
  IsACRImage: true,
  ACRImageInfo: { InstanceId: 'cri-1', IsEnterpriseRegistry: true },
  Spec: '1C2G',
  Storage: '0.5G',
  Args: '--port 8080',
  EnvVariables: 'MODE=prod,LEVEL=2',
  PostStart: 'sh poststart.sh',
  ProbeType: 'httpGet',
  ProbeContent: {
    HttpHeaders: '[{"X-B":"1"},{"X-A":"2"}]',
    Path: '/healthz',
    Port: 8080,
    Scheme: 'http',
    PeriodSeconds: 10,
  },
} as const satisfies WireContainer;
const agent = {
  Name: 'agent',
  Image: 'registry.example.com/shop/agent:3',
  IsACRImage: false,
  Spec: '1C2G',
  Storage: '10G',
  ProbeType: 'exec',
  ProbeContent: { Command: 'cat /tmp/ok' },
} as const satisfies WireContainer;
const request: CreateVersionRequest = {
  AppId: 'app-880688675783790001',
  Name: 'shop-1.4.2',
  Remarks: 'spring',
  Containers: [web, agent],
};
const probe = web.ProbeContent;

function isSame(echoed: unknown): boolean {
  return hasSameContent(request, { name: request.Name, containers: [echoed, agent] });
}

describe('a version has the same content', () => {
  test('when it is echoed as it was sent', () => {
    expect(isSame(web)).toBe(true);
  });

  test('when its containers come in another order', () => {
    expect(hasSameContent(request, { name: request.Name, containers: [agent, web] })).toBe(true);
  });

  test('when JSON has carried any request', () => {
    fc.assert(
      fc.property(arbitraryVersion, (object) => {
        const sent = toCreateRequest(object, { packing: defaultPacking });
        const containers = JSON.parse(JSON.stringify(sent.Containers));
        expect(hasSameContent(sent, { name: sent.Name, containers })).toBe(true);
      }),
    );
  });

  test.each<[string, unknown]>([
    ['variables in another order', { ...web, EnvVariables: 'LEVEL=2,MODE=prod' }],
    ['other hooks', { ...web, PostStart: '{"exec":{"command":["sh"]}}', PreStop: 'x' }],
    ['members that the request does not know', { ...web, Ready: true }],
    ['empty texts and nulls for absent members', { ...web, Command: '', PreStop: null }],
    ['IsACRImage as a text', { ...web, IsACRImage: 'true' }],
    [
      'ACRImageInfo with empty members',
      { ...web, ACRImageInfo: { InstanceId: 'cri-1', IsEnterpriseRegistry: 'true', Tag: '', RepoId: null } },
    ],
    ['ACRImageInfo as JSON text', { ...web, ACRImageInfo: JSON.stringify(web.ACRImageInfo) }],
    ['the probe as JSON text', { ...web, ProbeContent: JSON.stringify(probe) }],
    ['numbers as texts', { ...web, ProbeContent: { ...probe, Port: '8080', PeriodSeconds: '10' } }],
    ['the scheme in upper case', { ...web, ProbeContent: { ...probe, Scheme: 'HTTP' } }],
    ['empty probe members', { ...web, ProbeContent: { ...probe, Host: '', Command: null } }],
    ['headers as one object', { ...web, ProbeContent: { ...probe, HttpHeaders: '{"X-A":"2","X-B":"1"}' } }],
    [
      'headers as a parsed array',
      { ...web, ProbeContent: { ...probe, HttpHeaders: [{ 'X-B': '1' }, { 'X-A': 2 }] } },
    ],
    [
      'headers as a parsed object',
      { ...web, ProbeContent: { ...probe, HttpHeaders: { 'X-B': '1', 'X-A': '2' } } },
    ],
  ])('with %s', (_what, echoed) => {
    expect(isSame(echoed)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['no details of a private image', {}],
    ['null details', null],
    ['empty details', { InstanceId: '', Tag: null }],
  ])('whether a request without details is echoed with %s', (_what, ACRImageInfo) => {
    const containers = [web, { ...agent, ACRImageInfo }];
    expect(hasSameContent(request, { name: request.Name, containers })).toBe(true);
  });

  test.each<[unknown]>([[''], [null], ['[]'], ['{}'], [[]], [{}], ['null']])(
    'whether a request without headers is echoed with %j',
    (HttpHeaders) => {
      const { HttpHeaders: _sent, ...ProbeContent } = probe;
      const bare = { ...request, Containers: [{ ...web, ProbeContent }] };
      const containers = [{ ...web, ProbeContent: { ...ProbeContent, HttpHeaders } }];
      expect(hasSameContent(bare, { name: bare.Name, containers })).toBe(true);
    },
  );
});

describe('a version has other content', () => {
  test('under another name', () => {
    expect(hasSameContent(request, { name: 'shop-1.4.3', containers: [web, agent] })).toBe(false);
  });

  test.each<[string, readonly unknown[]]>([
    ['one container less', [web]],
    ['one container more', [web, agent, { ...agent, Name: 'other' }]],
    ['a container twice', [web, web]],
    ['no containers', []],
  ])('with %s', (_what, containers) => {
    expect(hasSameContent(request, { name: request.Name, containers })).toBe(false);
  });

  test.each<[string, unknown]>([
    ['no object for a container', null],
    ['a text for a container', 'web'],
    ['another image', { ...web, Image: 'web:2' }],
    ['another storage', { ...web, Storage: '10G' }],
    ['no storage, although the API has a default', { ...web, Storage: undefined }],
    ['no IsACRImage', { ...web, IsACRImage: null }],
    ['IsACRImage false', { ...web, IsACRImage: 'false' }],
    ['other details of a private image', { ...web, ACRImageInfo: { InstanceId: 'cri-2' } }],
    ['a command', { ...web, Command: '/bin/server' }],
    ['other arguments', { ...web, Args: '8080 --port' }],
    ['a variable less', { ...web, EnvVariables: 'MODE=prod' }],
    ['another variable value', { ...web, EnvVariables: 'MODE=prod,LEVEL=3' }],
    ['another kind of probe', { ...web, ProbeType: 'tcpSocket' }],
    ['another port', { ...web, ProbeContent: { ...probe, Port: 80 } }],
    ['a timing that the request leaves to ESA', { ...web, ProbeContent: { ...probe, TimeoutSeconds: 1 } }],
    ['another scheme', { ...web, ProbeContent: { ...probe, Scheme: 'https' } }],
    ['no headers', { ...web, ProbeContent: { ...probe, HttpHeaders: '' } }],
    ['other headers', { ...web, ProbeContent: { ...probe, HttpHeaders: '{"X-A":"1","X-B":"1"}' } }],
    ['headers that are not JSON', { ...web, ProbeContent: { ...probe, HttpHeaders: 'X-A: 2' } }],
    ['headers that are JSON of another kind', { ...web, ProbeContent: { ...probe, HttpHeaders: '[1]' } }],
    ['a probe that is not JSON', { ...web, ProbeContent: 'Port: 8080' }],
    ['no probe', { ...web, ProbeContent: null }],
  ])('with %s', (_what, echoed) => {
    expect(isSame(echoed)).toBe(false);
  });

  test('when the values of a repeated header change places', () => {
    const withHeaders = (HttpHeaders: string) => [{ ...web, ProbeContent: { ...probe, HttpHeaders } }];
    const sent = { ...request, Containers: withHeaders('[{"A":"1"},{"A":"2"}]') };
    const containers = withHeaders('[{"A":"2"},{"A":"1"}]');
    expect(hasSameContent(sent, { name: sent.Name, containers })).toBe(false);
  });
});
