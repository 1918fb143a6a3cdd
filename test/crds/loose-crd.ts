/** Our CRD as a careless ancestor might have been: the same fields, hardly any rule. */

import type { SchemaNode } from '../../src/core/schema/schema-node.ts';
import { edgeAppVersionDescriptor } from '../../src/kinds/edge-app-version/descriptor.ts';
import { type CustomResourceDefinition, loadCrd } from '../../src/operator/load-crd.ts';

export function looseCrd(): CustomResourceDefinition {
  const crd = loadCrd(edgeAppVersionDescriptor);
  const versions = crd.spec.versions.map((version) => ({
    ...version,
    schema: { openAPIV3Schema: loosen(version.schema.openAPIV3Schema, []) },
  }));
  return { ...crd, spec: { ...crd.spec, versions } };
}

/** Kubernetes itself asks for types, and for the keys of list maps. */
function loosen(node: SchemaNode, required: readonly string[]): SchemaNode {
  const { type, properties, items, default: value } = node;
  const { 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [] } = node;
  return {
    type,
    ...(value !== undefined && { default: value }),
    ...(required.length > 0 && { required }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, child]) => [name, loosen(child, [])]),
      ),
    }),
    ...(items && { items: loosen(items, keys), 'x-kubernetes-list-type': listType ?? 'atomic' }),
    ...(keys.length > 0 && { 'x-kubernetes-list-map-keys': keys }),
  };
}
