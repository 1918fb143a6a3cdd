/** The TypeScript types of the resource say the same as the CRD, member for member. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { SchemaNode } from '../../src/core/schema/schema-node.ts';
import { edgeAppVersionDescriptor } from '../../src/kinds/edge-app-version/descriptor.ts';
import { loadSchema } from '../../src/operator/load-crd.ts';
import { memberOf } from './grow-manifest.ts';

const repository = join(import.meta.dirname, '../..');

/** Where the two differ on purpose. */
const exceptions: Readonly<Record<string, string>> = {
  // Passed on as they are, so that only the CRD knows the sizes that ESA offers.
  'spec.containers[].spec': 'string',
  'spec.containers[].storage': 'string',
  // Open in the CRD, so that a later operator may say more without a new CRD; closed in the code.
  'status.conditions[].type': 'ConditionType',
  'status.conditions[].reason': 'Reason',
};

function toType(node: SchemaNode, at: string): string {
  switch (node.type) {
    case 'object':
      return `{ ${Object.entries(node.properties ?? {})
        .filter(([, { description = '' }]) => !description.startsWith('Deprecated'))
        .map(
          ([name, child]) =>
            `readonly ${name}${node.required?.includes(name) ? '' : '?'}: ${toType(child, `${at}.${name}`)};`,
        )
        .join(' ')} }`;
    case 'array':
      return node.items ? `readonly (${toType(node.items, `${at}[]`)})[]` : 'never';
    case 'string':
      return exceptions[at] ?? node.enum?.map((value) => JSON.stringify(value)).join(' | ') ?? 'string';
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
  }
}

/** The compiler's complaints about a module that compares `spec` and `status`; none if they are the same. */
async function compare(spec: SchemaNode, status: SchemaNode): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crd-types-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(
    join(folder, 'compare.mts'),
    `import type { ConditionType } from '${repository}/src/api/conditions.ts';
     import type { EdgeAppVersion, Reason } from '${repository}/src/kinds/edge-app-version/edge-app-version.ts';
     type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
     type Expand<T> = T extends object ? { [K in keyof T]: Expand<T[K]> } : T;
     export const spec: Same<Expand<EdgeAppVersion['spec']>, Expand<${toType(spec, 'spec')}>> = true;
     export const status: Same<Expand<NonNullable<EdgeAppVersion['status']>>, Expand<${toType(status, 'status')}>> = true;`,
  );
  const config = {
    extends: `${repository}/tsconfig.json`,
    include: ['compare.mts'],
    compilerOptions: { types: ['node'], typeRoots: [`${repository}/node_modules/@types`] },
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  const end = await promisify(execFile)(process.execPath, [compiler, '-p', folder]).catch((error) => error);
  return `${end.stdout}`;
}

const schema = loadSchema(edgeAppVersionDescriptor);
const spec = memberOf(schema, 'spec');
const status = memberOf(schema, 'status');

test('the types and the CRD have the same members', async () => {
  expect(await compare(spec, status)).toBe('');
});

test('a difference is found, however deep', async () => {
  const { conditions } = status.properties ?? {};
  const deeper = { ...conditions?.items, properties: { ...conditions?.items?.properties, extra: spec } };
  const changed = {
    ...status,
    properties: { ...status.properties, conditions: { ...conditions, items: deeper } },
  };
  const complaints = await compare(spec, changed as SchemaNode);
  expect(complaints).toContain('compare.mts');
  expect(complaints.match(/error TS/g)).toHaveLength(1);
});
