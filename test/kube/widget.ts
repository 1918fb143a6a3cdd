/** A small kind of the tests' own, with a status subresource. */

import type { KubeObject } from '../../src/api/kube-object.ts';
import type { Indexes } from '../../src/api/object-cache.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

export interface Widget extends KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeObject['metadata'] & {
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly unknown[];
  };
  readonly spec: { readonly size: number; readonly color?: string; readonly note?: string };
  readonly status?: { readonly phase?: string; readonly count?: number };
}

export const widgets: Resource = {
  group: 'test.example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
};
export const widgetIndexes: Indexes<Widget> = {
  color: ({ spec }) => spec.color,
  words: ({ spec }) => spec.note?.split(' '),
};
export const widgetsPath = '/apis/test.example.com/v1/widgets';

export function aWidget(name: string, spec: Partial<Widget['spec']> = {}, namespace = 'default') {
  return {
    apiVersion: 'test.example.com/v1',
    kind: 'Widget',
    metadata: { name, namespace },
    spec: { size: 1, ...spec },
  };
}

/** The CRD, with `maxSize` as the highest allowed size, so that another value is another CRD. */
export function widgetCrd(maxSize = 1000) {
  const spec = {
    type: 'object',
    required: ['size'],
    properties: {
      size: { type: 'integer', maximum: maxSize },
      color: { type: 'string' },
      note: { type: 'string' },
    },
  };
  const status = {
    type: 'object',
    properties: { phase: { type: 'string', maxLength: 20 }, count: { type: 'integer' } },
  };
  const schema = { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.test.example.com' },
    spec: {
      group: 'test.example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}

/** Applies the CRD and waits until the server serves it. */
export async function installWidgets(controlPlane: ControlPlane, maxSize?: number): Promise<void> {
  await controlPlane.kubectl(['apply', '--server-side', '-f', '-'], {
    input: JSON.stringify(widgetCrd(maxSize)),
  });
  await controlPlane.kubectl([
    'wait',
    '--for=condition=Established',
    '--timeout=60s',
    'crd/widgets.test.example.com',
  ]);
}
