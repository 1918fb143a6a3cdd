import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { container, edgeAppVersion } from '../support/manifests.ts';
import { fingerprintOf, holdsContent, plainRemarks, readMark } from './judge-content.ts';

const golden = new URL('../kinds/edge-app-version/request/golden/', import.meta.url);
const readGolden = (file: string) => readFileSync(new URL(file, golden), 'utf8');
const manifests = readdirSync(golden).filter((file) => file.endsWith('.yaml'));

describe('the own reading of the contract', () => {
  test.each(manifests)('knows the request and the fingerprint of %s', (file) => {
    const object = parse(readGolden(file));
    const pinned = JSON.parse(readGolden(file.replace('.yaml', '.json')));
    expect(fingerprintOf(object)).toBe(pinned.fingerprint);
    expect(holdsContent(object, pinned.request.Containers, { hooks: true })).toBe(true);
  });

  const every = parse(readGolden('06-every-field.yaml'));
  const [wire] = JSON.parse(readGolden('06-every-field.json')).request.Containers;
  const leaves = Object.keys(wire).filter((name) => !['ACRImageInfo', 'ProbeContent'].includes(name));
  const changes = [
    ...leaves.map((name) => ({ name, changed: { ...wire, [name]: 'another' } })),
    ...['ACRImageInfo', 'ProbeContent'].flatMap((part) =>
      Object.keys(wire[part]).map((name) => ({
        name: `${part}.${name}`,
        changed: { ...wire, [part]: { ...wire[part], [name]: '[]' } },
      })),
    ),
  ];
  test.each(changes)('notices another $name', ({ changed }) => {
    expect(holdsContent(every, [changed], { hooks: true })).toBe(false);
  });

  const hooks = [
    { name: 'postStart', changed: { ...wire, PostStart: 'another' } },
    { name: 'preStop', changed: { ...wire, PreStop: undefined } },
  ];
  test.each(hooks)('leaves $name aside where asked', ({ changed }) => {
    expect(holdsContent(every, [changed], { hooks: false })).toBe(true);
  });

  test('takes a port as text, headers as one object and containers in another order for the same', () => {
    const headers = [{ name: 'A', value: '1' }];
    const probe = { httpGet: { path: '/', port: 80, httpHeaders: headers } };
    const object = edgeAppVersion({
      spec: { containers: [container({ name: 'b', probe }), container({ name: 'a' })] },
    });
    const common = { Image: 'registry.example.com/shop/web:1.4.2', Spec: '1C2G', Storage: '0.5G' };
    const echoed = [
      {
        ...common,
        Name: 'a',
        IsACRImage: 'false',
        ProbeType: 'tcpSocket',
        ProbeContent: { Port: '8080', Host: '' },
      },
      {
        ...common,
        Name: 'b',
        IsACRImage: false,
        Command: null,
        ProbeType: 'httpGet',
        ProbeContent: { Path: '/', Port: 80, HttpHeaders: { A: '1' } },
      },
    ];
    expect(holdsContent(object, echoed, { hooks: true })).toBe(true);
  });
});

describe('a mark', () => {
  const mark = '[k8s owner=one/shop/web.1 spec=v1:0123456789ab]';
  test.each([
    { remarks: mark, plain: '' },
    { remarks: `spring\n${mark} \n`, plain: 'spring' },
    { remarks: `[a] [b]\n[k8s  owner=one/shop/web.1\nspec=v1:0123456789ab ]`, plain: '[a] [b]' },
  ])('is read at the end of $remarks', ({ remarks, plain }) => {
    expect(readMark(remarks)).toEqual({ ownerId: 'one', key: 'shop/web.1', spec: 'v1:0123456789ab' });
    expect(plainRemarks(remarks)).toBe(plain);
  });

  test.each([undefined, '', 'spring', `${mark} and more`, '[k8s owner=one/shop spec=v1:0]'])(
    'is not read in %s',
    (remarks) => {
      expect(readMark(remarks)).toBeUndefined();
    },
  );
});
