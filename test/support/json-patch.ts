/** JSON patch as far as the port has it, and as lenient as the API server's: for `test` and `replace` a missing member is null. */
import { isDeepStrictEqual } from 'node:util';
import type { JsonPatchOperation } from '../../src/api/object-client.ts';

type Container = Record<string, unknown> | unknown[];

export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError';
}

/** A changed copy of `document`. @throws JsonPatchError when a `test` fails or a path leads nowhere */
export function applyJsonPatch<T>(document: T, operations: readonly JsonPatchOperation[]): T {
  const root = { document: structuredClone(document) as unknown };
  for (const operation of operations) apply(root, operation);
  return root.document as T;
}

function apply(root: { document: unknown }, operation: JsonPatchOperation): void {
  const { parent, key } = resolve(root, operation.path);
  const current = Array.isArray(parent) ? parent[Number(key)] : parent[key];
  if (operation.op === 'test') {
    if (!isDeepStrictEqual(current ?? null, operation.value ?? null))
      throw new JsonPatchError(`test failed at ${operation.path}`);
    return;
  }
  if (operation.op === 'remove') remove(parent, key, operation.path);
  else set(parent, key, structuredClone(operation.value), operation.op === 'add');
}

function resolve(root: { document: unknown }, path: string): { parent: Container; key: string } {
  const steps = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let parent: unknown = root;
  let key = 'document';
  for (const step of steps.slice(1)) {
    parent = (parent as Record<string, unknown>)[key];
    if (typeof parent !== 'object' || parent === null) throw new JsonPatchError(`no such path: ${path}`);
    key = step;
  }
  return { parent: parent as Container, key };
}

function remove(parent: Container, key: string, path: string): void {
  if (!Object.hasOwn(parent, key)) throw new JsonPatchError(`nothing to remove at ${path}`);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function set(parent: Container, key: string, value: unknown, isAdd: boolean): void {
  if (!Array.isArray(parent)) parent[key] = value;
  else if (key === '-') parent.push(value);
  else parent.splice(Number(key), isAdd ? 0 : 1, value);
}
