import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { CelRule, SchemaNode } from '../../../src/core/schema/schema-node.ts';
import { edgeAppVersionDescriptor } from '../../../src/kinds/edge-app-version/descriptor.ts';
import { createVersionValidator, type VersionVerdict } from '../../../src/kinds/edge-app-version/manifest.ts';
import { loadSchema } from '../../../src/operator/load-crd.ts';
import { container, edgeAppVersion, manifest } from '../../support/manifests.ts';

const validate = createVersionValidator(loadSchema(edgeAppVersionDescriptor));

/** `path: message` for each issue. */
function issuesOf(verdict: VersionVerdict): string[] {
  if (verdict.kind === 'valid') return [];
  return verdict.issues.map(({ path, message }) => `${path}: ${message}`);
}

describe('A valid manifest', () => {
  test('comes back with the defaults of the schema', () => {
    const verdict = validate(manifest());
    expect(verdict).toMatchObject({
      kind: 'valid',
      object: {
        metadata: { name: 'shop-1-4-2' },
        spec: {
          containers: [{ storage: '0.5G' }],
          deletionPolicy: 'Retain',
          adoptionPolicy: 'Owned',
          suspend: false,
        },
        status: { observedGeneration: -1 },
      },
    });
  });

  test('is not changed itself', () => {
    const object = manifest();
    validate(object);
    expect(object).toEqual(manifest());
  });

  test('loses its nulls, which stand for absent', () => {
    const verdict = validate({
      ...manifest(),
      spec: { ...manifest().spec, name: null, deletionPolicy: null },
    });
    expect(verdict).toMatchObject({ kind: 'valid', object: { spec: { deletionPolicy: 'Retain' } } });
    expect(verdict.kind === 'valid' && verdict.object.spec).not.toHaveProperty('name');
  });

  test('may be an object as the API server stores it, whose status stays', () => {
    const object = edgeAppVersion({ status: { versionId: 'ver-1', observedGeneration: 1 } });
    const verdict = validate(object);
    expect(verdict).toMatchObject({
      kind: 'valid',
      object: { metadata: object.metadata, status: object.status },
    });
  });

  const samples = globSync('deploy/samples/**/*.yaml', { cwd: join(import.meta.dirname, '../../..') });
  const documents = samples.flatMap((file) =>
    parseAllDocuments(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8'))
      .map((document) => document.toJS())
      .filter(({ kind }) => kind === 'EdgeAppVersion')
      .map((document) => ({ file, document })),
  );
  test.each(documents)('is in $file', ({ document }) => {
    expect(issuesOf(validate(document))).toEqual([]);
  });
  test('is shown in the samples', () => {
    expect(documents.length).toBeGreaterThanOrEqual(3);
  });
});

describe('An invalid manifest', () => {
  const { metadata, spec } = manifest();
  const withContainer = (overrides: object) => ({
    ...manifest(),
    spec: { ...spec, containers: [{ ...container(), ...overrides }] },
  });

  test.each([
    { what: 'nothing', object: null, issue: ': must be an object' },
    { what: 'a list', object: [manifest()], issue: ': must be an object' },
    { what: 'another kind', object: { ...manifest(), kind: 'Pod' }, issue: 'kind: must be EdgeAppVersion' },
    {
      what: 'another version',
      object: { ...manifest(), apiVersion: 'v1' },
      issue: 'apiVersion: must be esa.alibabacloud.com/v1alpha1',
    },
    {
      what: 'metadata that is a text',
      object: { ...manifest(), metadata: 'x' },
      issue: 'metadata: must be an object',
    },
    {
      what: 'no metadata',
      object: { ...manifest(), metadata: null },
      issue: 'metadata.name: must be set, or generateName instead',
    },
    {
      what: 'a label that is a number',
      object: { ...manifest(), metadata: { ...metadata, labels: { version: 1.4 } } },
      issue: 'metadata.labels[version]: must be a string; put quotes around a number, true or false',
    },
    {
      what: 'labels that are a list',
      object: { ...manifest(), metadata: { ...metadata, labels: ['a'] } },
      issue: 'metadata.labels: must be a map of strings',
    },
    {
      what: 'a misspelt field',
      object: withContainer({ imagee: 'x' }),
      issue: 'spec.containers[0].imagee: is no field of this resource; mind the spelling and the indentation',
    },
    {
      what: 'a missing field',
      object: withContainer({ image: null }),
      issue: 'spec.containers[0].image: must be set',
    },
    {
      what: 'a value beside an enum',
      object: withContainer({ storage: '5G' }),
      issue: 'spec.containers[0].storage: must be one of 0.5G, 10G, 20G, 30G',
    },
    {
      what: 'a value of another type',
      object: withContainer({ args: '--port' }),
      issue: 'spec.containers[0].args: must be of type array',
    },
    {
      what: 'a text too long',
      object: withContainer({ name: 'x'.repeat(64) }),
      issue: 'spec.containers[0].name: must have at most 63 characters',
    },
    {
      what: 'a text too short',
      object: withContainer({ image: '' }),
      issue: 'spec.containers[0].image: must have at least 1 character',
    },
    {
      what: 'an empty list',
      object: withContainer({ args: [] }),
      issue: 'spec.containers[0].args: must have at least 1 item, or be absent',
    },
    {
      what: 'a number too large',
      object: withContainer({ probe: { tcpSocket: { port: 70000 } } }),
      issue: 'spec.containers[0].probe.tcpSocket.port: must be 65535 or less',
    },
    {
      what: 'a number too small',
      object: withContainer({ probe: { tcpSocket: { port: 0 } } }),
      issue: 'spec.containers[0].probe.tcpSocket.port: must be 1 or more',
    },
    {
      what: 'a broken rule',
      object: withContainer({ probe: {} }),
      issue: 'spec.containers[0].probe: must have exactly one of exec, tcpSocket and httpGet',
    },
    {
      what: 'a repeated key',
      object: withContainer({ env: ['1', '2'].map((value) => ({ name: 'A', value })) }),
      issue: 'spec.containers[0].env[1]: must not repeat the name of an earlier item',
    },
    {
      what: 'a repeated container name',
      object: { ...manifest(), spec: { ...spec, containers: [container(), container()] } },
      issue: 'spec.containers: must give each container a name of its own',
    },
  ])('with $what is told where and what must hold', ({ object, issue }) => {
    expect(issuesOf(validate(object))).toEqual([issue]);
  });
});

describe('A rule of CEL', () => {
  function judge(rule: Partial<CelRule>, value: object): string[] {
    const spec: SchemaNode = {
      type: 'object',
      properties: {
        count: { type: 'integer' },
        names: { type: 'array', items: { type: 'string' } },
      },
      'x-kubernetes-validations': [{ rule: 'true', message: 'must hold', ...rule }],
    };
    const root: SchemaNode = {
      type: 'object',
      properties: { spec, status: { type: 'object' }, metadata: { type: 'object' } },
    };
    return issuesOf(createVersionValidator(root)({ ...manifest(), spec: value }));
  }

  test.each([
    { rule: 'self.count % 2 == 0', holds: { count: 4 }, fails: { count: 5 } },
    { rule: 'self.count > 4 && self.count < 9007199254740991', holds: { count: 5 }, fails: { count: 4 } },
    { rule: 'size(self.names) == 2', holds: { names: ['a', 'b'] }, fails: { names: ['a'] } },
    { rule: 'size(self.names[0]) == 1', holds: { names: ['\u{1f600}'] }, fails: { names: ['ab'] } },
    { rule: '"a" in self.names', holds: { names: ['b', 'a'] }, fails: { names: ['b'] } },
    {
      rule: 'self.names.all(name, name.matches("^[a-z]$"))',
      holds: { names: ['a'] },
      fails: { names: ['A'] },
    },
    { rule: 'self.names.exists(name, name == "a")', holds: { names: ['a'] }, fails: { names: [] } },
    { rule: '!has(self.names) || has(self.count)', holds: {}, fails: { names: [] } },
  ])('judges $rule as the API server does', ({ rule, holds, fails }) => {
    expect(judge({ rule }, holds)).toEqual([]);
    expect(judge({ rule }, fails)).toEqual(['spec: must hold']);
  });

  test('is refused to hold where it cannot be evaluated', () => {
    expect(judge({ rule: 'self.count > 0' }, {})).toEqual([
      expect.stringMatching(/^spec: must hold \(.*count/),
    ]);
  });

  test('points at the field that it names', () => {
    expect(judge({ rule: 'false', fieldPath: '.count' }, {})).toEqual(['spec.count: must hold']);
  });

  test('about a change is left to the API server', () => {
    expect(judge({ rule: 'self == oldSelf' }, {})).toEqual([]);
  });

  test('about a change or a create sees no old value', () => {
    const rule = 'oldSelf.hasValue() || has(self.count)';
    expect(judge({ rule, optionalOldSelf: true }, { count: 1 })).toEqual([]);
    expect(judge({ rule, optionalOldSelf: true }, {})).toEqual(['spec: must hold']);
  });

  test.each(['self.(', 'size(self.names)', 'unknown(self)'])(
    'that makes no sense stops the start: %s',
    (rule) => {
      expect(() => judge({ rule }, {})).toThrow();
    },
  );
});
