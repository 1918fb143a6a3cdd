/** The operator's own transport to the API server, for what the bench itself asks. */
import { loadKubeConfig } from '../src/kube/load-kube-config.ts';
import { createTransport, type KubeTransport } from '../src/kube/transport.ts';
import { systemClock, systemRandom } from '../src/operator/system-clock.ts';
import { createLogger } from '../src/telemetry/logger.ts';

/** @param connections the most that are open for calls; each watch has one of its own */
export function connectApi(kubeconfig: string, connections: number): KubeTransport {
  return createTransport(loadKubeConfig({ file: kubeconfig, env: {} }), {
    connections,
    clock: systemClock,
    random: systemRandom,
    logger: createLogger({ level: 'warn' }),
    userAgent: 'edgeapp-bench',
  });
}
