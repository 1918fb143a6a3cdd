/** Sees to it that the API server serves the objects at rest, as it serves any other. */
import {
  apiVersion,
  type EdgeAppVersion,
  plural,
} from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { ControlPlane } from '../../test/control-plane/control-plane.ts';
import { brokenRules } from '../../test/support/status-rules.ts';
import { nameAt, settledNamespace } from './settled-objects.ts';

/** @throws Error when there are not `count` of them, or the last one is not as the operator would leave it */
export async function checkSettled(controlPlane: ControlPlane, count: number): Promise<void> {
  const found = await countObjects(controlPlane);
  if (found !== count) throw new Error(`the API server has ${found} objects at rest instead of ${count}`);
  const { stdout } = await controlPlane.kubectl([
    'get',
    plural,
    nameAt(count - 1),
    `--namespace=${settledNamespace}`,
    '--output=json',
  ]);
  const broken = brokenRules(JSON.parse(stdout) as EdgeAppVersion);
  if (broken.length > 0) throw new Error(`an object at rest breaks rules: ${broken.join('; ')}`);
}

async function countObjects(controlPlane: ControlPlane): Promise<number> {
  const path = `/apis/${apiVersion}/namespaces/${settledNamespace}/${plural}?limit=1`;
  const { stdout } = await controlPlane.kubectl(['get', '--raw', path]);
  const { items, metadata } = JSON.parse(stdout) as {
    readonly items: readonly unknown[];
    readonly metadata: { readonly remainingItemCount?: number };
  };
  return items.length + (metadata.remainingItemCount ?? 0);
}
