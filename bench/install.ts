/** CRD, roles and namespaces, as a user installs them; nothing runs the Deployment here. */
import { join } from 'node:path';
import type { ControlPlane } from '../test/control-plane/control-plane.ts';

const overlay = join(import.meta.dirname, '../deploy/overlays/example');
export const operatorNamespace = 'edgeapp-system';
/** Where a run's objects go, and where those at rest are. */
export const namespaces = { crowd: 'crowd', settled: 'settled' } as const;

export async function install(controlPlane: ControlPlane): Promise<void> {
  await controlPlane.kubectl(['apply', '--server-side', '-k', overlay]);
  const crd = 'crd/edgeappversions.esa.alibabacloud.com';
  await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', crd]);
  for (const name of Object.values(namespaces)) {
    await controlPlane.kubectl(['apply', '--server-side', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    });
  }
}
