/** Reads CustomResourceDefinitions, the only schemas, from the folder that ships beside the program. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ExpectedError } from '../core/errors/expected-error.ts';
import type { SchemaNode } from '../core/schema/schema-node.ts';
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

/** A kind, as far as its CRD is found by it. */
export interface Defined {
  readonly crdFile: string;
  readonly version: string;
}

export function crdFileOf({ crdFile }: Defined): URL {
  return shippedFile(`crds/${crdFile}`);
}

/** @throws where the file is missing or no YAML: an incomplete installation */
export function loadCrd(kind: Defined): CustomResourceDefinition {
  return parse(readFileSync(crdFileOf(kind), 'utf8'));
}

/** The schema of the version that this program speaks, for `createValidator`. */
export function loadSchema(kind: Defined): SchemaNode {
  const served = loadCrd(kind).spec.versions.find(({ name }) => name === kind.version);
  if (served === undefined)
    throw new ExpectedError(`${crdFileOf(kind).pathname} must define the version ${kind.version}`);
  return served.schema.openAPIV3Schema;
}
