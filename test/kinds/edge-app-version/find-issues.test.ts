import { describe, expect, test } from 'vitest';
import { edgeAppVersionDescriptor } from '../../../src/kinds/edge-app-version/descriptor.ts';
import type { EdgeAppVersion } from '../../../src/kinds/edge-app-version/edge-app-version.ts';
import { createIssueFinder } from '../../../src/kinds/edge-app-version/find-issues.ts';
import { defaultPacking } from '../../../src/kinds/edge-app-version/request/packing.ts';
import { loadSchema } from '../../../src/operator/load-crd.ts';
import { container, edgeAppVersion } from '../../support/manifests.ts';

const findIssues = createIssueFinder(loadSchema(edgeAppVersionDescriptor), defaultPacking);
const pathsOf = (object: EdgeAppVersion) => findIssues(object).map(({ path }) => path);

describe('A stored object can be sent', () => {
  const object = edgeAppVersion();

  test.each([
    {
      what: 'a field of metadata that is not known yet',
      change: { metadata: { ...object.metadata, shard: { id: 7 } } },
    },
    { what: 'a list among its labels', change: { metadata: { ...object.metadata, labels: { a: ['b'] } } } },
    { what: 'a name of another form', change: { metadata: { ...object.metadata, name: 'Shop_1_4_2' } } },
    {
      what: 'a field of the status that a later release wrote',
      change: { status: { observedGeneration: 1, later: {} } },
    },
    { what: 'a status in another form', change: { status: 'later' } },
    { what: 'a further member beside spec', change: { scale: {} } },
  ])('with $what', ({ change }) => {
    expect(findIssues({ ...object, ...change } as unknown as EdgeAppVersion)).toEqual([]);
  });
});

describe('A stored object is refused', () => {
  test('for a field of the spec that a later CRD has, as the version would lack it', () => {
    const spec = { ...edgeAppVersion().spec, gpu: true };
    expect(findIssues({ ...edgeAppVersion(), spec })).toEqual([
      { path: 'spec.gpu', message: expect.stringContaining('this release of the operator') },
    ]);
  });

  test('with escapes for what a terminal obeys in the name of a field', () => {
    const spec = { ...edgeAppVersion().spec, '\u009bgpu\u202e': true };
    expect(findIssues({ ...edgeAppVersion(), spec } as unknown as EdgeAppVersion)).toMatchObject([
      { path: 'spec.\\u009bgpu\\u202e' },
    ]);
  });

  test('for what an older CRD let in, and for blanks where the settings say so', () => {
    expect(pathsOf(edgeAppVersion({ spec: { appId: 'app-1' } }))).toEqual(['spec.appId']);
    const blank = edgeAppVersion({ spec: { containers: [container({ args: ['a b'] })] } });
    expect(pathsOf(blank)).toEqual(['spec.containers[0].args[0]']);
  });

  const bytesOf = ({ metadata, spec }: EdgeAppVersion) =>
    Buffer.byteLength(JSON.stringify({ metadata, spec }));
  const padded = (bytes: number): EdgeAppVersion => {
    const annotations = (length: number) => ({
      metadata: { annotations: { 'example.com/note': 'é'.repeat(length) } },
    });
    const object = edgeAppVersion(annotations((bytes - bytesOf(edgeAppVersion(annotations(0)))) / 2));
    expect(bytesOf(object)).toBe(bytes);
    return object;
  };
  const even =
    256 * 1024 -
    ((256 * 1024 - bytesOf(edgeAppVersion({ metadata: { annotations: { 'example.com/note': '' } } }))) % 2);

  test('from 256 KiB on, with its size and the bound', () => {
    expect(findIssues(padded(even))).toEqual([]);
    expect(findIssues(padded(even + 2))).toEqual([
      { path: 'spec', message: 'must fit with metadata into 256 KiB, and the object has 257 KiB' },
    ]);
  });

  test('but not for its managed fields or its status', () => {
    const { metadata } = edgeAppVersion();
    const managedFields = [{ manager: 'x'.repeat(300_000) }];
    const large = {
      ...edgeAppVersion({ status: { requestId: 'x'.repeat(300_000) } }),
      metadata: { ...metadata, managedFields },
    };
    expect(findIssues(large)).toEqual([]);
  });
});
