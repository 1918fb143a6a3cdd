/** Says at the start what the operator connects to, by which proxies, and what is not safe about it. */
import type { KubeConfig } from '@kubernetes/client-node';
import type { Config } from '../config/config.ts';
import type { Logger } from '../core/logger.ts';
import { describeProxy, proxyFor } from '../http/proxy-setting.ts';

/** @param kubeConfig with the proxy to use as its current cluster's `proxyUrl` */
export function logConnections(config: Config, kubeConfig: KubeConfig, logger: Logger): void {
  const { server = '', proxyUrl, skipTLSVerify = false } = kubeConfig.getCurrentCluster() ?? {};
  const { esaEndpoint, proxyEnvironment, verifiesTls } = config;
  const esaProxy = proxyFor(new URL(esaEndpoint), proxyEnvironment);
  const apiServerProxy = proxyUrl ? new URL(proxyUrl) : undefined;
  logger.info(
    { esaEndpoint, esaProxy: nameOf(esaProxy), apiServer: server, apiServerProxy: nameOf(apiServerProxy) },
    'Connections',
  );
  if (server.startsWith('http://')) logger.warn({ apiServer: server }, 'API server is reached without TLS');
  else if (skipTLSVerify) logger.warn({ apiServer: server, ...skipped }, 'API server is not authenticated');
  if (!verifiesTls) logger.warn(unverified, 'TLS certificates are not verified');
}

const skipped = { setting: 'insecure-skip-tls-verify of the kubeconfig' };
const unverified = { setting: 'NODE_TLS_REJECT_UNAUTHORIZED=0' };

function nameOf(proxy: URL | undefined): string {
  return proxy === undefined ? 'none' : describeProxy(proxy);
}
