/** The form of the CRD itself: what linters, `kubectl explain` and client-side apply ask for. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { group } from '../../src/api/group.ts';
import type { SchemaNode } from '../../src/core/schema/schema-node.ts';
import { edgeAppVersionDescriptor } from '../../src/kinds/edge-app-version/descriptor.ts';
import { kind, plural, version } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { crdFileOf, loadCrd, loadSchema } from '../../src/operator/load-crd.ts';
import { unescapeCel } from './cel-forms.ts';
import { memberOf } from './grow-manifest.ts';

const crd = loadCrd(edgeAppVersionDescriptor);
const schema = loadSchema(edgeAppVersionDescriptor);

interface Place {
  readonly at: string;
  readonly node: SchemaNode;
}

function places(node: SchemaNode, at: string): Place[] {
  return [
    { at, node },
    ...Object.entries(node.properties ?? {}).flatMap(([name, child]) => places(child, `${at}.${name}`)),
    ...(node.items ? places(node.items, `${at}[]`) : []),
  ];
}

const all = ['spec', 'status'].flatMap((name) => places(memberOf(schema, name), name));
const where = (isWrong: (node: SchemaNode) => boolean) =>
  all.filter(({ node }) => isWrong(node)).map(({ at }) => at);
const rules = all
  .concat({ at: '', node: schema })
  .flatMap(({ node }) => node['x-kubernetes-validations'] ?? []);

describe('The CRD', () => {
  test('has the names that the code uses', () => {
    expect(crd.metadata.name).toBe(`${plural}.${group}`);
    expect(crd.spec).toMatchObject({
      group,
      names: { kind, plural, shortNames: ['eav'], categories: ['esa'] },
      versions: [{ name: version, subresources: { status: {} } }],
    });
  });

  test('shows what a person asks for first', () => {
    expect(crd.spec.versions[0]).toMatchObject({
      additionalPrinterColumns: [
        { name: 'Ready' },
        { name: 'Reason' },
        { name: 'App', jsonPath: '.spec.appId' },
        { name: 'Version', jsonPath: '.status.versionName' },
        { name: 'VersionId', jsonPath: '.status.versionId' },
        { name: 'Code', jsonPath: '.status.error.code' },
        { name: 'Age', type: 'date' },
        { name: 'Message', priority: 1 },
      ],
    });
  });

  test('fits into the annotation of a client-side apply', () => {
    expect(readFileSync(crdFileOf(edgeAppVersionDescriptor)).length).toBeLessThan(256 * 1024);
    expect(JSON.stringify(crd).length).toBeLessThan(256 * 1024);
  });

  test('describes every field', () => {
    expect(where(({ description = '' }) => description.length < 10)).toEqual([]);
  });

  test('bounds every text, list and number', () => {
    expect(where((node) => node.type === 'string' && !node.enum && node.maxLength === undefined)).toEqual([]);
    expect(where((node) => node.type === 'array' && node.maxItems === undefined)).toEqual([]);
    expect(where((node) => node.type === 'integer' && node.minimum === undefined)).toEqual([]);
    const inSpec = where((node) => node.type === 'integer' && node.maximum === undefined).filter((at) =>
      at.startsWith('spec'),
    );
    expect(inSpec).toEqual([]);
  });

  test('types every list', () => {
    expect(where((node) => node.type === 'array' && node['x-kubernetes-list-type'] === undefined)).toEqual(
      [],
    );
    const maps = all.filter(({ node }) => node['x-kubernetes-list-type'] === 'map');
    expect(maps.map(({ at, node }) => [at, node['x-kubernetes-list-map-keys']])).toEqual([
      ['spec.containers[].env', ['name']],
      ['status.conditions', ['type']],
    ]);
  });

  test('lets one field manager own what only one can write', () => {
    const atomic = all.filter(({ node }) => node['x-kubernetes-map-type'] === 'atomic');
    expect(atomic.map(({ at }) => at)).toEqual(['status.attempt', 'status.error', 'status.conditions[]']);
    expect(memberOf(memberOf(schema, 'spec'), 'containers')['x-kubernetes-list-type']).toBe('atomic');
  });

  test('says in each rule what must hold, on one line', () => {
    expect(rules.map(({ message }) => message).filter((message) => !/^must [^\n]+$/.test(message))).toEqual(
      [],
    );
  });

  test('calls immutable what may not change', () => {
    const transitions = rules.filter(({ rule }) =>
      /(==|has\(self.*) oldSelf|has\(oldSelf\.status/.test(rule),
    );
    expect(transitions.length).toBeGreaterThan(5);
    expect(transitions.filter(({ message }) => !message.includes('is immutable'))).toEqual([]);
  });

  test('keeps to patterns that RE2 and ECMAScript read alike', () => {
    const risky = /\\[sSdDwWbBpPuUkx]|\(\?|\.\*|\.\+|(?<!\\)\[\[|&&|--/;
    const patterns = rules.flatMap(({ rule }) => /matches\("(.*)"\)/.exec(rule)?.[1] ?? []);
    expect(patterns.map(unescapeCel).filter((pattern) => risky.test(pattern))).toEqual([]);
  });

  test('starts every status as not yet observed', () => {
    expect(memberOf(schema, 'status').default).toEqual({ observedGeneration: -1 });
  });
});
