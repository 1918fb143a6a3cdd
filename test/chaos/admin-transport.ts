import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
import { createTransport, type KubeTransport } from '../../src/kube/transport.ts';
import { systemClock as clock, systemRandom as random } from '../../src/operator/system-clock.ts';
import { LogRecorder } from '../kube/log-recorder.ts';

/** Connections to the API server with the rights of an administrator, past every proxy. */
export function adminTransport(adminKubeconfig: string): KubeTransport {
  const kubeConfig = loadKubeConfig({ file: adminKubeconfig, env: {} });
  return createTransport(kubeConfig, { connections: 8, clock, random, logger: new LogRecorder() });
}
