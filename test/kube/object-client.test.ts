import { afterAll, beforeAll } from 'vitest';
import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { KubeSession } from './kube-session.ts';
import { describeObjectStore } from './object-store-contract.ts';
import { installWidgets } from './widget.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await installWidgets(controlPlane);
});
afterAll(() => controlPlane?.stop());

describeObjectStore('the client and the informer on an API server', async () => {
  const session = new KubeSession(loadKubeConfig({ file: controlPlane.adminKubeconfig, env: {} }));
  const { informer, recorder } = session.createInformer();
  await informer.start();
  return {
    client: session.client,
    cache: informer.cache,
    recorder,
    create: (...args) => session.create(...args),
    update: (...args) => session.update(...args),
    remove: (name) => session.remove(name),
    close: () => session[Symbol.asyncDispose](),
  };
});
