/** For each rule and bound of a schema a value that just keeps it and values that break it. */
import fc from 'fast-check';
import type { SchemaNode } from '../../src/core/schema/schema-node.ts';
import { exactlyOneOf, patternsOf, uniqueKeysOf } from './cel-forms.ts';
import { type Graft, grow, growList, growText, memberOf, resize } from './grow-manifest.ts';

export interface Mutation {
  /** The field, its items as `[]`, and what is kept or broken, for example `spec.name maxLength`. */
  readonly label: string;
  readonly graft: Graft;
  /** The field that is refused, its items as `[]`; undefined where nothing is. */
  readonly refused: string | undefined;
}

type Value = readonly [what: string, value: fc.Arbitrary<unknown>];

/** Every mutation of a node and of all below it. */
export function mutationsOf(node: SchemaNode, path: readonly string[]): Mutation[] {
  const at = path.join('.').replaceAll('.[]', '[]');
  const make = (field: string | undefined, values: readonly Value[]): Mutation[] =>
    values.map(([what, value]) => ({ label: `${at} ${what}`, graft: { path, value }, refused: field }));
  const members = Object.entries(node.properties ?? {});
  return [
    ...make(undefined, [...keeping(node), ...nullMembers(node)]),
    ...make(at, breaking(node)),
    ...make(`${at}[]`, repeatedMapKeys(node)),
    ...(node.required ?? []).flatMap((name) => make(`${at}.${name}`, [missingMember(node, name)])),
    ...(node.type === 'object' ? make(`${at}.typo`, [['unknown field', adding(node, { typo: 1 })]]) : []),
    ...members.flatMap(([name, child]) => mutationsOf(child, [...path, name])),
    ...(node.items ? mutationsOf(node.items, [...path, '[]']) : []),
  ];
}

/** Values right at the bounds. */
function keeping(node: SchemaNode): Value[] {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum } = node;
  return [
    ...(node.enum ?? []).map((value): Value => [`is ${value}`, fc.constant(value)]),
    ...given(minLength, (min) => ['at minLength', textOf(node, min)]),
    ...given(maxLength, (max) => ['at maxLength', textOf(node, max)]),
    ...given(minItems, (min) => ['at minItems', listOf(node, min)]),
    ...given(maxItems, (max) => ['at maxItems', listOf(node, max)]),
    ...given(minimum, (min) => ['at minimum', fc.constant(min)]),
    ...given(maximum, (max) => ['at maximum', fc.constant(max)]),
  ];
}

/** Values that are refused where they stand. */
function breaking(node: SchemaNode): Value[] {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum } = node;
  return [
    ['type', fc.constantFrom(...otherTypes[node.type])],
    ...given(node.enum, (allowed) => ['enum', fc.string().filter((text) => !allowed.includes(text))]),
    ...given(node.pattern, (pattern) => ['pattern', unlike(node, new RegExp(pattern))]),
    ...given(minLength, (min) => ['minLength', textOf(node, min - 1)]),
    ...given(maxLength, (max) => ['maxLength', textOf(node, max + 1)]),
    ...given(minItems, (min) => ['minItems', listOf(node, min - 1)]),
    ...given(maxItems, (max) => ['maxItems', listOf(node, max + 1)]),
    ...given(minimum, (min) => ['minimum', fc.integer({ min: min - 1000, max: min - 1 })]),
    ...given(maximum, (max) => ['maximum', fc.integer({ min: max + 1, max: max + 1000 })]),
    ...brokenRules(node),
  ];
}

const otherTypes: Record<SchemaNode['type'], readonly unknown[]> = {
  object: ['x', 0, true, []],
  array: ['x', 0, true, {}],
  string: [0, 1.5, true, [], {}],
  integer: ['1', '', 1.5, true, [], {}],
  boolean: ['true', '', 0, [], {}],
};

function given<T>(bound: T | undefined, toValue: (bound: T) => Value): Value[] {
  return bound === undefined ? [] : [toValue(bound)];
}

function textOf(node: SchemaNode, length: number): fc.Arbitrary<string> {
  return growText(node).map((text) => resize(text, { min: length, max: length }));
}

function listOf(node: SchemaNode, length: number): fc.Arbitrary<unknown[]> {
  return growList(node, { minLength: length, maxLength: length });
}

/** Named by the message of the rule. */
function brokenRules(node: SchemaNode): Value[] {
  return (node['x-kubernetes-validations'] ?? []).flatMap((rule): Value[] => {
    const only = { ...node, 'x-kubernetes-validations': [rule] };
    const { wanted, forbidden } = patternsOf(only);
    const values = [
      ...wanted.map((pattern) => unlike(node, pattern)),
      ...forbidden.map((pattern) => inserted(node, fc.stringMatching(pattern))),
      ...(exactlyOneOf(only).length > 0 ? noneAndMany(node) : []),
      ...(node.type === 'array' ? repeatedKeys(node, uniqueKeysOf(only)) : []),
    ];
    return values.map((value) => [rule.message, value]);
  });
}

/** Other texts, and some that are nearly right. */
function unlike(node: SchemaNode, pattern: RegExp): fc.Arbitrary<string> {
  const character = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 });
  const text = fc.oneof(fc.string({ maxLength: 12 }), inserted(node, character));
  return text.filter((value) => !pattern.test(value));
}

function inserted(node: SchemaNode, middle: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(growText(node), middle, fc.nat()).map(([text, part, at]) => {
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + part + text.slice(cut);
  });
}

function noneAndMany(node: SchemaNode): fc.Arbitrary<unknown>[] {
  const choices = exactlyOneOf(node);
  const many = fc
    .shuffledSubarray(choices, { minLength: 2 })
    .chain((names) =>
      fc.tuple(...names.map((name) => grow(node, { path: [name], value: grow(memberOf(node, name)) }))),
    );
  return [
    grow(node).map((object) => without(object, choices)),
    many.map((objects) => Object.assign({}, ...objects)),
  ];
}

function repeatedMapKeys(node: SchemaNode): Value[] {
  const repeated = repeatedKeys(node, node['x-kubernetes-list-map-keys']);
  return repeated.map((value) => ['x-kubernetes-list-map-keys', value]);
}

function repeatedKeys(node: SchemaNode, keys: readonly string[] | undefined): fc.Arbitrary<unknown>[] {
  if (keys === undefined) return [];
  const list = fc.tuple(growList(node, { minLength: 2, maxLength: 4 }), fc.nat());
  return [
    list.map(([items, at]) => {
      const [first, ...others] = items as Record<string, unknown>[];
      const taken = Object.fromEntries(keys.map((key) => [key, first?.[key]]));
      const again = at % others.length;
      return [first, ...others.map((other, index) => (index === again ? { ...other, ...taken } : other))];
    }),
  ];
}

/** Null stands for absent. */
function nullMembers(node: SchemaNode): Value[] {
  const needed = [...(node.required ?? []), ...exactlyOneOf(node)];
  const optional = Object.keys(node.properties ?? {}).filter((name) => !needed.includes(name));
  return optional.map((name) => [`${name} null`, adding(node, { [name]: null })]);
}

function missingMember(node: SchemaNode, name: string): Value {
  const missing = grow(node).map((object) => without(object, [name]));
  return [`required ${name}`, fc.oneof(missing, adding(node, { [name]: null }))];
}

function adding(node: SchemaNode, members: object): fc.Arbitrary<object> {
  return grow(node).map((object) => ({ ...(object as object), ...members }));
}

function without(object: unknown, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object as object).filter(([name]) => !names.includes(name)));
}
