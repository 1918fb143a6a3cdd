/** Reads the forms of CEL rule that our CRD uses, so that manifests can be grown to keep and to break them. */
import type { SchemaNode } from '../../src/core/schema/schema-node.ts';

function rulesOf(node: SchemaNode): string[] {
  return (node['x-kubernetes-validations'] ?? []).map(({ rule }) => rule);
}

/** Patterns that the schema of a text asks for, and patterns that it forbids. */
export function patternsOf(node: SchemaNode): { readonly wanted: RegExp[]; readonly forbidden: RegExp[] } {
  const read = (form: RegExp) =>
    rulesOf(node).flatMap((rule) => {
      const literal = form.exec(rule)?.[1];
      return literal === undefined ? [] : [new RegExp(unescapeCel(literal))];
    });
  const pattern = node.pattern === undefined ? [] : [new RegExp(node.pattern)];
  return {
    wanted: [...pattern, ...read(/^self\.matches\("(.*)"\)$/)],
    forbidden: read(/^!self\.matches\("(.*)"\)$/),
  };
}

/** A CEL text has the escapes of a JSON text, and `\v`. */
export function unescapeCel(literal: string): string {
  return JSON.parse(`"${literal.replaceAll('\\v', '\\u000b')}"`);
}

/** The members of which a rule asks for exactly one. */
export function exactlyOneOf(node: SchemaNode): string[] {
  return rulesOf(node)
    .filter((rule) => rule.includes('.exists_one('))
    .flatMap((rule) => [...rule.matchAll(/has\(self\.(\w+)\)/g)].map(([, name]) => name as string));
}

/** The members that no two items of a list may have alike; undefined where items may be equal. */
export function uniqueKeysOf(node: SchemaNode): readonly string[] | undefined {
  const byRule = rulesOf(node).flatMap(
    (rule) =>
      /^self\.all\(item, self\.exists_one\(other, other\.(\w+) == item\.\1\)\)$/.exec(rule)?.[1] ?? [],
  );
  return node['x-kubernetes-list-map-keys'] ?? (byRule.length > 0 ? byRule : undefined);
}
