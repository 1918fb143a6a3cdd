/** What a schema asks for, one line each, in the words of the mutations: `spec.name maxLength`. */
import type { SchemaNode } from '../../src/core/schema/schema-node.ts';

const keywords = [
  'type',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'x-kubernetes-list-map-keys',
] as const;

/** Of a node and of all below it; rules about changes have tests of their own. */
export function constraintsOf(node: SchemaNode, at: string): string[] {
  return [
    ...ownConstraints(node).map((constraint) => `${at} ${constraint}`.trim()),
    ...Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
      constraintsOf(child, `${at}.${name}`),
    ),
    ...(node.items ? constraintsOf(node.items, `${at}[]`) : []),
  ];
}

export function ownConstraints(node: SchemaNode): string[] {
  const rules = (node['x-kubernetes-validations'] ?? []).filter(
    ({ rule, optionalOldSelf }) => optionalOldSelf || !rule.includes('oldSelf'),
  );
  return [
    ...keywords.filter((keyword) => node[keyword] !== undefined),
    ...(node.required ?? []).map((name) => `required ${name}`),
    ...rules.map(({ message }) => message),
  ];
}
