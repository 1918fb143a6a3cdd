import { describe, expect, it } from 'vitest';
import { readManifests } from '../../src/cli/manifest-file.ts';

const shop = `# The shop.
apiVersion: esa.alibabacloud.com/v1alpha1
kind: EdgeAppVersion
metadata:
  name: shop-1-4-2
  labels: {example.com/team: blue}
spec:
  containers:
    - name: web
      args: [--port, "8080"]
      env: &env
        - {name: MODE, value: prod}
    - name: log
      env: *env
`;

describe('readManifests', () => {
  it.each<[path: string, line: number, column: number]>([
    ['', 2, 1],
    ['kind', 3, 1],
    ['metadata.labels[example.com/team]', 6, 12],
    ['spec.containers[1]', 13, 7],
    ['spec.containers[0].args[1]', 10, 22],
    ['spec.containers[1].env[0].value', 12, 24],
    ['spec.appId', 7, 1],
    ['spec.containers[0].probe.exec', 9, 7],
    ['spec.containers[7].image', 8, 3],
    ['status', 2, 1],
  ])('finds %j, or the innermost part of it, at %i:%i', (path, line, column) => {
    expect(readManifests(shop).manifests[0]?.locate(path)).toEqual({ line, column });
  });

  it('reads every document, leaves out empty ones and knows the lines of each', () => {
    const { manifests, broken } = readManifests(
      `---\n# nothing\n---\nkind: A\n---\n---\nkind: B\nspec: {x: 1}\n`,
    );
    expect(broken).toEqual([]);
    expect(manifests.map(({ object }) => object.kind)).toEqual(['A', 'B']);
    expect(manifests[1]?.locate('spec.x')).toEqual({ line: 8, column: 8 });
  });

  it('reads JSON, and the items of a List', () => {
    const list = JSON.stringify(
      { kind: 'List', items: [{ kind: 'A' }, { kind: 'B', spec: { x: 1 } }] },
      undefined,
      1,
    );
    const { manifests } = readManifests(list);
    expect(manifests.map(({ object }) => object.kind)).toEqual(['A', 'B']);
    expect(manifests[1]?.locate('spec.x')).toEqual({ line: 10, column: 5 });
  });

  it.each([
    { title: 'what is no YAML', text: 'a: [1\nb: 2\n', line: 2 },
    { title: 'a key given twice', text: 'kind: A\nkind: B\n', line: 2 },
    { title: 'a text instead of an object', text: '\nhello\n', line: 2 },
    { title: 'a list of objects without a List around it', text: '- kind: A\n', line: 1 },
    { title: 'brackets in brackets without end', text: `kind: A\nx: ${'['.repeat(100_000)}`, line: 2 },
    { title: 'too many lists in lists', text: `kind: A\nx: ${'['.repeat(500)}${']'.repeat(500)}\n`, line: 2 },
    { title: 'an object in itself', text: 'kind: A\nspec: &a\n  b: &b\n    - c: *a\n', line: 4 },
    { title: 'a list in itself', text: 'kind: A\nx: &a [*a]\n', line: 2 },
    {
      title: 'a few lines that stand for gigabytes',
      text: `a0: &a0 [x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`)}]`).join('\n')}\n`,
      line: 1,
    },
  ])('tells where it found $title', ({ text, line }) => {
    const { manifests, broken } = readManifests(text);
    expect(manifests).toEqual([]);
    expect(broken[0]?.[0]).toMatchObject({ position: { line }, message: expect.stringMatching(/\w/) });
  });

  it('takes an anchor that is set again within the one of that name', () => {
    const { manifests } = readManifests('kind: A\nx: &a\n  v: &a [z]\n  w: *a\n');
    expect(manifests[0]?.object.x).toEqual({ v: ['z'], w: ['z'] });
  });

  it('counts a document with several problems once', () => {
    const { broken } = readManifests(
      'kind: A\nmetadata:\n\tname: a\n\tnamespace: b\n---\nkind: B\nkind: C\n',
    );
    expect(broken.map((problems) => problems[0]?.position.line)).toEqual([3, 7]);
  });

  it('takes no longer for each of many keys, and finds each of them', () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `  k${index}: 1\n`);
    const [manifest] = readManifests(`kind: A\nspec:\n${keys.join('')}`).manifests;
    const lines = keys.map((_, index) => manifest?.locate(`spec.k${index}`).line);
    expect(lines).toEqual(keys.map((_, index) => index + 3));
  });
});
