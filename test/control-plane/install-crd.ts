import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';

const crdFile = join(import.meta.dirname, '../../crds/edgeappversions.yaml');

/** Applies our CRD (or another file of CRDs) and waits, by a watch, until the API server serves it. */
export async function installCrd(controlPlane: ControlPlane, file = crdFile): Promise<void> {
  await controlPlane.kubectl(['apply', '--server-side', '-f', file]);
  await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', file]);
}
