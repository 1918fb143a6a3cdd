/** Finds out which API server to talk to, and as whom: kubeconfig files or the pod's ServiceAccount. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { type ProxyEnvironment, parseProxy, proxyFor } from '../http/proxy-setting.ts';
import { KubeError } from './kube-error.ts';
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
 * controller-runtime does. The first that is there must be usable.
 * The current cluster's `proxyUrl` is then the proxy to use, wherever it was named.
 * @throws KubeError `KubeconfigUnusable` that says which file, what is wrong with it and what would be right;
 * ProxySettingError
 */
export function loadKubeConfig(options: KubeConfigOptions): KubeConfig {
  return withProxy(findKubeConfig(options), options.env);
}

function findKubeConfig(options: KubeConfigOptions): KubeConfig {
  const { file, env, serviceAccountFolder = defaultServiceAccountFolder } = options;
  const named = file ? [file] : (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  if (named.length > 0) return loadFiles(named);
  if (env.KUBERNETES_SERVICE_HOST) return loadServiceAccount(env, serviceAccountFolder);
  const homeFile = join(env.HOME ?? '', '.kube', 'config');
  if (env.HOME && existsSync(homeFile)) return loadFiles([homeFile]);
  throw unusable(
    'no kubeconfig found: none was named, KUBECONFIG is not set, this is no pod (KUBERNETES_SERVICE_HOST is not set), ' +
      'and there is no ~/.kube/config',
  );
}

function loadFiles(files: readonly string[]): KubeConfig {
  const kubeConfig = new KubeConfig();
  for (const file of files) {
    const part = loadFile(file);
    try {
      kubeConfig.mergeConfig(part, kubeConfig.currentContext !== undefined);
    } catch (error) {
      throw unusable(`kubeconfig ${file} cannot be merged with ${files[0]}: ${(error as Error).message}`);
    }
  }
  checkContext(kubeConfig, files.join(delimiter));
  return kubeConfig;
}

function loadFile(file: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw unusable(`kubeconfig ${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    const content: unknown = parse(text);
    if (typeof content !== 'object' || content === null) throw new Error('it is no YAML mapping');
    kubeConfig.loadFromString(text);
    kubeConfig.makePathsAbsolute(dirname(resolve(file)));
    addTokenFiles(kubeConfig, content, dirname(resolve(file)));
  } catch (error) {
    // A YAML error quotes the lines around it, which may hold a token.
    throw unusable(`kubeconfig ${file} is not valid: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  return kubeConfig;
}

/** client-node knows a token file only by way of an auth provider. */
function addTokenFiles(kubeConfig: KubeConfig, content: object, folder: string): void {
  const { users } = content as { users?: { name: string; user?: { tokenFile?: string } }[] };
  for (const { name, user } of users ?? []) {
    if (!user?.tokenFile) continue;
    const known = kubeConfig.getUser(name);
    if (known) Object.assign(known, withTokenFile(name, resolve(folder, user.tokenFile)));
  }
}

function withTokenFile(name: string, tokenFile: string): User {
  return { name, authProvider: { name: 'tokenFile', config: { tokenFile } } };
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
  return kubeConfig;
}

function readPodNamespace(folder: string): { namespace?: string } {
  const file = join(folder, 'namespace');
  return existsSync(file) ? { namespace: readFileSync(file, 'utf8').trim() } : {};
}

/** The namespace that the current context names, in a pod the pod's own; `default` where none is named. */
export function currentNamespace(kubeConfig: KubeConfig): string {
  return kubeConfig.getContextObject(kubeConfig.currentContext)?.namespace || 'default';
}

function checkContext(kubeConfig: KubeConfig, source: string): void {
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
  if (!URL.canParse(cluster.server)) {
    throw unusable(
      `kubeconfig ${source}: cluster "${cluster.name}" has no URL as server: "${cluster.server}"`,
    );
  }
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

function unusable(message: string): KubeError {
  return new KubeError({ code: 'KubeconfigUnusable', message });
}
