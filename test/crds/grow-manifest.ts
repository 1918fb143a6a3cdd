/** Grows manifests from the CRD's schema with fast-check: valid ones, and ones with a wanted value at a wanted place. */
import fc from 'fast-check';
import type { SchemaNode } from '../../src/core/schema/schema-node.ts';
import { apiVersion, kind } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { exactlyOneOf, patternsOf, uniqueKeysOf } from './cel-forms.ts';

/** A value for a place in the schema. */
export interface Graft {
  /** Property names, and `[]` for an item of a list. */
  readonly path: readonly string[];
  readonly value: fc.Arbitrary<unknown>;
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Manifests that are valid but for what the graft brings. */
export function growManifest(schema: SchemaNode, graft?: Graft): fc.Arbitrary<Manifest> {
  const [place, ...path] = graft?.path ?? [];
  const inner = graft && { ...graft, path };
  return fc.record({
    apiVersion: fc.constant(apiVersion),
    kind: fc.constant(kind),
    metadata: fc.record({ name: place === 'metadata' && graft ? graft.value : objectName }),
    spec: grow(memberOf(schema, 'spec'), place === 'spec' ? inner : undefined) as fc.Arbitrary<
      Manifest['spec']
    >,
  });
}

export function memberOf(node: SchemaNode, name: string): SchemaNode {
  const member = node.properties?.[name];
  if (member === undefined) throw new Error(`the schema must define ${name}`);
  return member;
}

/** What Kubernetes takes as a name, long enough to stand in for the version's name. */
const objectName = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{4,61})[a-z0-9]$/);

const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

const grown = new WeakMap<SchemaNode, fc.Arbitrary<unknown>>();

/** Values that the node accepts, but for what the graft brings. */
export function grow(node: SchemaNode, graft?: Graft): fc.Arbitrary<unknown> {
  if (graft !== undefined) return graft.path.length === 0 ? graft.value : growByType(node, graft);
  const known = grown.get(node) ?? growByType(node);
  grown.set(node, known);
  return known;
}

function growByType(node: SchemaNode, graft?: Graft): fc.Arbitrary<unknown> {
  switch (node.type) {
    case 'object':
      return growObject(node, graft);
    case 'array':
      return growList(node, { minLength: 1, maxLength: 3 }, graft);
    case 'string':
      if (node.format === 'date-time') return time;
      return node.enum ? fc.constantFrom(...node.enum) : growText(node);
    case 'integer':
      return fc.integer({ min: node.minimum ?? 0, max: node.maximum ?? 2 ** 31 - 1 });
    case 'boolean':
      return fc.boolean();
  }
}

function growObject(node: SchemaNode, graft: Graft | undefined): fc.Arbitrary<unknown> {
  const [wanted = '', ...path] = graft?.path ?? [];
  const members = Object.entries(node.properties ?? {}).map(([name, child]) => {
    const inner = graft && name === wanted ? { ...graft, path } : undefined;
    return [name, grow(child, inner)] as const;
  });
  const record = (required: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
    fc.record(Object.fromEntries(members), {
      requiredKeys: members.map(([name]) => name).filter((name) => required.includes(name)),
    });
  const required = [...(node.required ?? []), wanted];
  const choices = exactlyOneOf(node);
  if (choices.length === 0) return record(required);
  return fc
    .constantFrom(...(choices.includes(wanted) ? [wanted] : choices))
    .chain((choice) =>
      record([...required, choice]).map((object) =>
        Object.fromEntries(
          Object.entries(object).filter(([key]) => key === choice || !choices.includes(key)),
        ),
      ),
    );
}

/** Lists without equal keys. */
export function growList(
  node: SchemaNode,
  length: { readonly minLength: number; readonly maxLength: number },
  graft?: Graft,
): fc.Arbitrary<unknown[]> {
  const { items } = node;
  if (items === undefined) throw new Error('a list must say what its items are');
  const keyOf = (value: unknown) => listKey(node, value);
  const list = fc.uniqueArray(grow(items), { ...length, selector: keyOf });
  if (graft === undefined) return list;
  const changed = grow(items, { ...graft, path: graft.path.slice(1) });
  return fc.tuple(list, changed, fc.nat()).map(([others, value, at]) => {
    const rest = others.slice(1).filter((other) => keyOf(other) !== keyOf(value));
    return rest.toSpliced(at % (rest.length + 1), 0, value);
  });
}

/** What tells an item from the others in a list of unique ones; in other lists all are different. */
function listKey(node: SchemaNode, value: unknown): unknown {
  const keys = uniqueKeysOf(node);
  return keys
    ? JSON.stringify(keys.map((key) => (value as Record<string, unknown> | null)?.[key]))
    : Symbol();
}

const character = fc.oneof(
  { weight: 12, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom('\t', '\n', '\r', '\v', '\f', '\0', '\u2028', '\u00a0', '\ufeff') },
);

/** Short texts within the node's bounds and rules. */
export function growText(node: SchemaNode): fc.Arbitrary<string> {
  const { wanted, forbidden } = patternsOf(node);
  const isFree = (text: string) =>
    forbidden.every((pattern) => !pattern.test(text)) &&
    wanted.every((pattern) => !isOfCharacters(pattern) || pattern.test(text));
  const pattern = wanted.find((one) => !isOfCharacters(one));
  const text = pattern
    ? fc.stringMatching(pattern)
    : fc.string({ unit: character.filter(isFree), maxLength: 12 });
  return text
    .map((value) => resize(value, { min: node.minLength ?? 0, max: node.maxLength ?? 12 }))
    .filter((value) => isFree(value) && wanted.every((regexp) => regexp.test(value)));
}

/** Whether the pattern only says which characters a text may have. */
function isOfCharacters({ source }: RegExp): boolean {
  return /^\^\[[^\]]*\]\*\$$/.test(source);
}

/** Repeats the last character of `text`, or cuts it, until its length in characters is right. */
export function resize(text: string, { min, max }: { readonly min: number; readonly max: number }): string {
  const characters = [...text].slice(0, max);
  const filler = characters.at(-1) ?? 'x';
  while (characters.length < min) characters.push(filler);
  return characters.join('');
}
