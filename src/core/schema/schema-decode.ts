/** Takes a manifest in as the API server does: unknown fields noted and left out, nulls dropped, defaults filled in. */
import { isRecord } from '../json/is-record.ts';
import { mostIssues } from './issue.ts';
import type { SchemaNode } from './schema-node.ts';
import { childPath, itemPath } from './schema-path.ts';

export interface Decoded {
  /** A copy; the input stays as it is. */
  readonly value: unknown;
  /** Field paths, in the order of the manifest; at most one more than `mostIssues`. */
  readonly unknownFields: readonly string[];
}

/** @param value anything that JSON can hold */
export function decode(value: unknown, schema: SchemaNode): Decoded {
  const unknownFields: string[] = [];
  return { value: copy(value, schema, '', unknownFields), unknownFields };
}

function copy(value: unknown, schema: SchemaNode | undefined, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => copy(item, schema?.items, itemPath(path, index), unknown));
  }
  if (isRecord(value)) return withDefaults(copyMembers(value, schema, path, unknown), schema);
  return value;
}

function copyMembers(
  value: Readonly<Record<string, unknown>>,
  schema: SchemaNode | undefined,
  path: string,
  unknown: string[],
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const node = memberNode(schema, name);
    if (node === undefined) {
      if (unknown.length <= mostIssues) unknown.push(childPath(path, name));
    } else if (member !== null) members[name] = copy(member, node, childPath(path, name), unknown);
  }
  return members;
}

/** Never what `Object.prototype` holds: `constructor` is an unknown field too. */
function memberNode(schema: SchemaNode | undefined, name: string): SchemaNode | undefined {
  const properties = schema?.properties ?? {};
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function withDefaults(
  members: Record<string, unknown>,
  schema: SchemaNode | undefined,
): Record<string, unknown> {
  for (const [name, node] of Object.entries(schema?.properties ?? {})) {
    if (node.default === undefined || members[name] !== undefined) continue;
    members[name] = copy(node.default, node, name, []);
  }
  return members;
}
