/** A control plane of its own for a test file, with our CRD installed and an open connection. */
import { afterAll, beforeAll } from 'vitest';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { installCrd } from '../control-plane/install-crd.ts';
import { ApiServer } from '../support/api-server.ts';

export interface CrdServer {
  readonly controlPlane: ControlPlane;
  readonly api: ApiServer;
}

/** @param crdFile another CRD than our own */
export function useCrdServer(crdFile?: string): () => CrdServer {
  let running: CrdServer | undefined;
  beforeAll(async () => {
    const controlPlane = await startControlPlane();
    running = { controlPlane, api: await ApiServer.connect(controlPlane.adminKubeconfig) };
    await installCrd(controlPlane, crdFile);
  });
  afterAll(async () => {
    await running?.api[Symbol.asyncDispose]();
    await running?.controlPlane.stop();
  });
  return () => {
    if (running === undefined) throw new Error('the control plane runs only within tests');
    return running;
  };
}
