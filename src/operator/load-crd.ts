/** Reads the CustomResourceDefinition, the only schema, from the folder that ships beside the program. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ExpectedError } from '../core/errors/expected-error.ts';
import type { SchemaNode } from '../core/schema/schema-node.ts';
import { version } from '../kinds/edge-app-version/edge-app-version.ts';
import { shippedFile } from '../shipped-file.ts';

/** The part of apiextensions.k8s.io/v1 CustomResourceDefinition that is read here and in tests. */
export interface CustomResourceDefinition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: SchemaNode };
    }[];
  };
}

export const crdFile = shippedFile('crds/edgeappversions.yaml');

/** @throws where the file is missing or no YAML: an incomplete installation */
export function loadCrd(): CustomResourceDefinition {
  return parse(readFileSync(crdFile, 'utf8'));
}

/** The schema of the version that this program speaks, for `createValidator`. */
export function loadSchema(): SchemaNode {
  const served = loadCrd().spec.versions.find(({ name }) => name === version);
  if (served === undefined) throw new ExpectedError(`${crdFile.pathname} must define the version ${version}`);
  return served.schema.openAPIV3Schema;
}
