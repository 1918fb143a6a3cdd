/** Reads headers and TLS material from a kubeconfig, with the files that it names. */
import { statSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { Cluster, KubeConfig } from '@kubernetes/client-node';
import { fileProblem } from '../core/errors/file-problem.ts';
import { redactForeign } from '../core/text/redact.ts';
import type { ExecStatus } from './exec-plugin.ts';
import { KubeError } from './kube-error.ts';
import { withCluster } from './with-cluster.ts';

export interface TlsOptions {
  readonly ca?: RequestOptions['ca'];
  readonly cert?: RequestOptions['cert'];
  readonly key?: RequestOptions['key'];
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface Credentials {
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same object as long as nothing in it changed, so that connections can be kept. */
  readonly tls: TlsOptions;
}

/**
 * @param plugin what the user's credential plugin gave, where there is one
 * @throws KubeError `CredentialsUnavailable`
 */
export async function readCredentials(kubeConfig: KubeConfig, plugin?: ExecStatus): Promise<Credentials> {
  const options: RequestOptions = {};
  try {
    await forReading(kubeConfig).applyToHTTPSOptions(options);
  } catch (error) {
    throw toCredentialsError(error, kubeConfig);
  }
  const { ca, rejectUnauthorized, auth, headers } = options;
  const {
    token,
    clientCertificateData: cert = options.cert,
    clientKeyData: key = options.key,
  } = plugin ?? {};
  const { servername } = options as { servername?: string };
  return {
    headers: {
      ...(auth && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
      ...toHeaders(headers),
      ...(token && { authorization: `Bearer ${token.trim()}` }),
    },
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
  };
}

/**
 * A new object each time, as client-node keeps a token file's content for a minute. It would run a plugin without a time
 * limit, open connections of its own to a proxy, and refuse a server without TLS unless TLS is not checked.
 */
function forReading(kubeConfig: KubeConfig): KubeConfig {
  const copy = withCluster(kubeConfig, toClusterForReading(kubeConfig.getCurrentCluster()));
  copy.users = copy.users.map(({ exec: _, ...user }) => user);
  return copy;
}

function toClusterForReading(cluster: Cluster | null): Cluster {
  const { proxyUrl: _, ...rest } = cluster ?? { name: '', server: '', skipTLSVerify: false };
  return { ...rest, skipTLSVerify: rest.skipTLSVerify || rest.server.startsWith('http://') };
}

/** Header names in lower case; a token read from a file may end in a line break. */
function toHeaders(headers: RequestOptions['headers']): Record<string, string> {
  const entries = Object.entries((headers ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value.trim()]));
}

/** A JSON error quotes its text, which may hold a token: such an error is not passed on. */
function toCredentialsError(error: unknown, kubeConfig: KubeConfig): KubeError {
  const user = kubeConfig.getCurrentUser()?.name;
  const text = toWords(error as NodeJS.ErrnoException, kubeConfig);
  const message = `cannot get Kubernetes credentials of user "${user}": ${text}`;
  return new KubeError({ code: 'CredentialsUnavailable', message });
}

function toWords(error: NodeJS.ErrnoException, kubeConfig: KubeConfig): string {
  if (error instanceof SyntaxError) return 'what it gives is not valid JSON';
  const file = error.syscall === undefined ? undefined : (error.path ?? folderAmongFiles(kubeConfig));
  return file === undefined ? redactForeign(error.message).trim() : `${file} ${fileProblem(error)}`;
}

/** The error for a folder that is read as a file does not name it. */
function folderAmongFiles(kubeConfig: KubeConfig): string | undefined {
  const { certFile, keyFile, authProvider } = kubeConfig.getCurrentUser() ?? {};
  const files = [kubeConfig.getCurrentCluster()?.caFile, certFile, keyFile, authProvider?.config?.tokenFile];
  return files.find((file) => file && statSync(file, { throwIfNoEntry: false })?.isDirectory());
}
