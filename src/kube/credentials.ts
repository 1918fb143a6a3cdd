/** Who we are to the API server: headers and TLS material from a kubeconfig, cached, renewed beside the calls. */
import type { RequestOptions } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { type Cluster, KubeConfig } from '@kubernetes/client-node';
import type { Clock, Logger } from '../ports.ts';
import { Deadline } from './deadline.ts';
import { KubeError, redact } from './kube-error.ts';
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

/** As client-go: a mounted token is read again at most once a minute. */
const maxAgeMs = 60_000;
/** A refused credential asks for new ones with every call; files and plugins are spared this often. */
const minRenewalMs = 1_000;
const readLimitMs = 30_000;

export class CredentialSource {
  #kubeConfig: KubeConfig;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #credentials: Credentials | undefined;
  #loadedMs = 0;
  #renewedMs = Number.NEGATIVE_INFINITY;
  /** The load under way, shared by all that need one. */
  #loading: Promise<Credentials> | undefined;

  constructor(kubeConfig: KubeConfig, clock: Clock, logger: Logger) {
    this.#kubeConfig = forCredentialsAlone(kubeConfig);
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * The cached credentials; old ones are renewed in the background, so that no call waits but the first.
   * @throws KubeError `CredentialsUnavailable` when there have never been any
   */
  async current(): Promise<Credentials> {
    if (!this.#credentials) return this.#load();
    if (this.#clock.monotonicMs() - this.#loadedMs > maxAgeMs) {
      this.#load().catch((error: unknown) =>
        this.#logger.warn({ error }, 'cannot renew the Kubernetes credentials, the old ones stay in use'),
      );
    }
    return this.#credentials;
  }

  /** What to try after a 401 on `refused`: newer credentials, or the same ones when there is nothing newer. */
  async renew(refused: Credentials): Promise<Credentials> {
    if (this.#credentials && this.#credentials !== refused) return this.#credentials;
    if (this.#loading) return this.#loading;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#renewedMs < minRenewalMs) return refused;
    this.#renewedMs = nowMs;
    this.#kubeConfig = withoutCaches(this.#kubeConfig);
    return this.#load();
  }

  #load(): Promise<Credentials> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #read(): Promise<Credentials> {
    // client-node keeps a token file's content for 60 s itself, and a plugin's answer until it expires.
    if (!this.#kubeConfig.getCurrentUser()?.exec) this.#kubeConfig = withoutCaches(this.#kubeConfig);
    const loaded = await readInTime(this.#kubeConfig);
    this.#loadedMs = this.#clock.monotonicMs();
    const previous = this.#credentials;
    if (previous && isDeepStrictEqual(loaded, previous)) return previous;
    const tls = previous && isDeepStrictEqual(loaded.tls, previous.tls) ? previous.tls : loaded.tls;
    this.#credentials = { headers: loaded.headers, tls };
    return this.#credentials;
  }
}

/** A credential plugin may hang. */
async function readInTime(kubeConfig: KubeConfig): Promise<Credentials> {
  const deadline = new Deadline('reading the Kubernetes credentials', readLimitMs);
  try {
    return await deadline.race(readCredentials(kubeConfig));
  } finally {
    deadline.clear();
  }
}

async function readCredentials(kubeConfig: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  try {
    await kubeConfig.applyToHTTPSOptions(options);
  } catch (error) {
    throw toCredentialsError(error, kubeConfig);
  }
  const { ca, cert, key, rejectUnauthorized, auth, headers } = options;
  const { servername } = options as { servername?: string };
  return {
    headers: {
      ...(auth && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
      ...toHeaders(headers),
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

/** Header names in lower case; a token read from a file may end in a line break. */
function toHeaders(headers: RequestOptions['headers']): Record<string, string> {
  const entries = Object.entries((headers ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value.trim()]));
}

/** A plugin's output may hold the token, and a JSON error quotes it: such an error is not passed on. */
function toCredentialsError(error: unknown, kubeConfig: KubeConfig): KubeError {
  const user = kubeConfig.getCurrentUser();
  const command: string | undefined = user?.exec?.command;
  const source = command ? `the credential plugin "${command}"` : `user "${user?.name}" of the kubeconfig`;
  const text =
    error instanceof SyntaxError
      ? 'what it gives is not valid JSON'
      : redact((error as Error).message).trim();
  return new KubeError({
    code: 'CredentialsUnavailable',
    message: `cannot get Kubernetes credentials from ${source}: ${text}`,
  });
}

/** client-node would open connections of its own to a proxy, and refuses a server without TLS unless TLS is not checked. */
function forCredentialsAlone(kubeConfig: KubeConfig): KubeConfig {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) return kubeConfig;
  const { proxyUrl: _, ...rest } = cluster;
  return withCluster(kubeConfig, { ...rest, skipTLSVerify: rest.skipTLSVerify || isPlainHttp(rest) });
}

function isPlainHttp({ server }: Cluster): boolean {
  return server.startsWith('http://');
}

function withoutCaches({ clusters, users, contexts, currentContext }: KubeConfig): KubeConfig {
  const copy = new KubeConfig();
  copy.loadFromOptions({ clusters, users, contexts, currentContext });
  return copy;
}
