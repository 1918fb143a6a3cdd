/** Finds out which API server to talk to, and as whom: kubeconfig files or the pod's ServiceAccount. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Cluster, KubeConfig } from '@kubernetes/client-node';
import { isLoopback } from '../http/no-proxy.ts';
import { type ProxyEnvironment, parseProxy, proxyFor, withoutUser } from '../http/proxy-setting.ts';
import { readKubeconfig, readKubeconfigList, unusable, withTokenFile } from './kubeconfig-files.ts';
import { withCluster } from './with-cluster.ts';

export interface KubeConfigOptions {
  /** A kubeconfig that was asked for by name; nothing else is looked at then. */
  readonly file?: string | undefined;
  /** KUBECONFIG, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, HOME and the variables for proxies are read from it. */
  readonly env: ProxyEnvironment;
  /** Where a pod's token, CA and namespace are mounted. */
  readonly serviceAccountFolder?: string;
}

const defaultServiceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Looks, in this order, at `file`, the files in KUBECONFIG, the pod's ServiceAccount, and `~/.kube/config`, as
 * controller-runtime does. The first that is named or there must be usable.
 * The current cluster's `proxyUrl` is then the proxy to use, wherever it was named.
 * @throws KubeError `KubeconfigUnusable` that says which file, what is wrong with it and what would be right;
 * ProxySettingError
 */
export function loadKubeConfig(options: KubeConfigOptions): KubeConfig {
  const kubeConfig = withProxy(findKubeConfig(options), options.env);
  refuseOpenCredentials(kubeConfig);
  return kubeConfig;
}

function findKubeConfig(options: KubeConfigOptions): KubeConfig {
  const { file, env, serviceAccountFolder = defaultServiceAccountFolder } = options;
  if (file) return checked(readKubeconfig(file), file);
  const list = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  if (list.length > 0) return checked(readKubeconfigList(list), list.join(delimiter));
  if (env.KUBERNETES_SERVICE_HOST) return loadServiceAccount(env, serviceAccountFolder);
  const homeFile = join(env.HOME ?? '', '.kube', 'config');
  if (env.HOME && existsSync(homeFile)) return checked(readKubeconfig(homeFile), homeFile);
  throw unusable(
    'no kubeconfig found: none was named, KUBECONFIG is not set, this is no pod (KUBERNETES_SERVICE_HOST is not set), ' +
      'and there is no ~/.kube/config',
  );
}

/** With the current cluster's server as `URL` spells it, so that its scheme can be compared. */
function checked(kubeConfig: KubeConfig, source: string): KubeConfig {
  const cluster = currentCluster(kubeConfig, source);
  const server = toServer(cluster.server);
  if (server) return withCluster(kubeConfig, { ...cluster, server });
  throw unusable(
    `kubeconfig ${source}: cluster "${cluster.name}" needs an https:// address as server, not "${withoutUser(cluster.server)}"`,
  );
}

/** Undefined for what is no address, or holds a password. */
function toServer(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return url.href.replace(/\/+$/, '');
}

function loadServiceAccount(env: KubeConfigOptions['env'], folder: string): KubeConfig {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const [tokenFile, caFile] = [join(folder, 'token'), join(folder, 'ca.crt')];
  for (const file of [tokenFile, caFile]) {
    if (existsSync(file)) continue;
    throw unusable(
      `KUBERNETES_SERVICE_HOST is set, so this is a pod, but ${file} is missing: ` +
        'does the pod mount its ServiceAccount token (automountServiceAccountToken)?',
    );
  }
  const kubeConfig = new KubeConfig();
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const [cluster, user, currentContext] = ['in-cluster', 'service-account', 'pod'];
  kubeConfig.loadFromOptions({
    clusters: [{ name: cluster, server, caFile, skipTLSVerify: false }],
    users: [withTokenFile(user, tokenFile)],
    contexts: [{ name: currentContext, cluster, user, ...readPodNamespace(folder) }],
    currentContext,
  });
  return checked(kubeConfig, 'of the pod, from KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT');
}

function readPodNamespace(folder: string): { namespace?: string } {
  const file = join(folder, 'namespace');
  return existsSync(file) ? { namespace: readFileSync(file, 'utf8').trim() } : {};
}

/** The namespace that the current context names, in a pod the pod's own; `default` where none is named. */
export function currentNamespace(kubeConfig: KubeConfig): string {
  return kubeConfig.getContextObject(kubeConfig.currentContext)?.namespace || 'default';
}

function currentCluster(kubeConfig: KubeConfig, source: string): Cluster {
  const name = kubeConfig.currentContext;
  const context = name ? kubeConfig.getContextObject(name) : null;
  const known = kubeConfig.contexts.map((each) => each.name).join(', ') || 'none';
  if (!context) {
    const what = name ? `names the current context "${name}", which it lacks` : 'names no current context';
    throw unusable(`kubeconfig ${source} ${what}; its contexts: ${known}`);
  }
  const cluster = kubeConfig.getCluster(context.cluster);
  if (!cluster) throw unusable(`kubeconfig ${source}: context "${name}" needs cluster "${context.cluster}"`);
  if (!kubeConfig.getUser(context.user)) {
    throw unusable(`kubeconfig ${source}: context "${name}" needs user "${context.user ?? ''}"`);
  }
  return cluster;
}

/** The cluster's own proxy-url counts for any server; else the environment names a proxy, or none. */
function withProxy(kubeConfig: KubeConfig, env: ProxyEnvironment): KubeConfig {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) return kubeConfig;
  const source = `the proxy-url of cluster "${cluster.name}" in the kubeconfig`;
  const proxy = cluster.proxyUrl
    ? parseProxy(cluster.proxyUrl, source)
    : proxyFor(new URL(cluster.server), env);
  return proxy ? withCluster(kubeConfig, { ...cluster, proxyUrl: proxy.href }) : kubeConfig;
}

/** Whoever sees plain HTTP pass by could use a token or a password; on this machine alone nobody else does. */
function refuseOpenCredentials(kubeConfig: KubeConfig): void {
  const cluster = kubeConfig.getCurrentCluster();
  const user = kubeConfig.getCurrentUser();
  if (!cluster?.server.startsWith('http://') || user === null) return;
  if (isLoopback(new URL(cluster.server).hostname.replace(/^\[|\]$/g, '')) && !cluster.proxyUrl) return;
  const { token, username, exec, authProvider } = user;
  if (!(token || username || exec || authProvider)) return;
  throw unusable(
    `cluster "${cluster.name}" of the kubeconfig has the server ${cluster.server}, without TLS, and anybody on the way ` +
      `could read the credentials of user "${user.name}": use https://, or a user without token, password and plugin`,
  );
}
