/** Who we are to the API server: headers and TLS material from a kubeconfig, cached, renewed beside the calls. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeConfig } from '@kubernetes/client-node';
import { backoffMs } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { createDeadline } from './deadline.ts';
import { ExecPlugin } from './exec-plugin.ts';
import type { KubeError } from './kube-error.ts';
import { type Credentials, readCredentials } from './read-credentials.ts';

export interface CredentialOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What a credential plugin sees beside what the kubeconfig sets; nothing where absent. */
  readonly pluginEnvironment?: Readonly<Record<string, string | undefined>>;
}

/** As client-go: a mounted token is read again at most once a minute. */
const maxAgeMs = 60_000;
/** A refused credential asks for new ones with every call; files and plugins are spared this often. */
const minRenewalMs = 1_000;
const readLimitMs = 30_000;
/** After a failure nothing is read for a second, and after each further one for twice as long. */
const pauses = { leastMs: 500, mostMs: 30_000 };

interface Failure {
  readonly error: KubeError;
  /** How many there were in a row. */
  readonly count: number;
  /** On the monotonic clock. */
  readonly untilMs: number;
}

export class CredentialSource {
  readonly #kubeConfig: KubeConfig;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #plugin: ExecPlugin | undefined;
  #credentials: Credentials | undefined;
  #loadedMs = 0;
  #renewedMs = Number.NEGATIVE_INFINITY;
  /** The load under way, shared by all that need one. */
  #loading: Promise<Credentials> | undefined;
  /** The last load, if it failed. */
  #failure: Failure | undefined;

  constructor(kubeConfig: KubeConfig, { clock, logger, pluginEnvironment = {} }: CredentialOptions) {
    const exec = kubeConfig.getCurrentUser()?.exec;
    const cluster = kubeConfig.getCurrentCluster();
    this.#kubeConfig = kubeConfig;
    this.#clock = clock;
    this.#logger = logger;
    this.#plugin = exec && new ExecPlugin({ exec, cluster, environment: pluginEnvironment, clock });
  }

  /**
   * The cached credentials; old ones are renewed in the background, so that no call waits but the first.
   * @throws KubeError `CredentialsUnavailable` when there have never been any
   */
  async current(): Promise<Credentials> {
    if (!this.#credentials) return this.#load();
    const isOld = this.#clock.monotonicMs() - this.#loadedMs > maxAgeMs;
    if (isOld && !this.#loading && !this.#isPausing()) {
      this.#load().catch((error: unknown) =>
        this.#logger.warn({ error }, 'Failed to renew Kubernetes credentials, using the old ones'),
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
    this.#plugin?.forget();
    return this.#load();
  }

  /** Ends a credential plugin that runs. */
  close(): void {
    this.#plugin?.close();
  }

  /** @throws the failure of the last load as long as its pause goes on */
  async #load(): Promise<Credentials> {
    if (this.#failure && this.#isPausing()) throw this.#failure.error;
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  #isPausing(): boolean {
    return this.#failure !== undefined && this.#clock.monotonicMs() < this.#failure.untilMs;
  }

  async #read(): Promise<Credentials> {
    const loaded = await this.#readInTime();
    this.#failure = undefined;
    this.#loadedMs = this.#clock.monotonicMs();
    const previous = this.#credentials;
    if (previous && isDeepStrictEqual(loaded, previous)) return previous;
    const tls = previous && isDeepStrictEqual(loaded.tls, previous.tls) ? previous.tls : loaded.tls;
    this.#credentials = { headers: loaded.headers, tls };
    return this.#credentials;
  }

  /** An identity provider may be slow to respond. */
  async #readInTime(): Promise<Credentials> {
    try {
      const status = await this.#plugin?.status();
      const deadline = createDeadline('reading the Kubernetes credentials', {
        clock: this.#clock,
        limitMs: readLimitMs,
      });
      const reading = readCredentials(this.#kubeConfig, status);
      return await deadline.race(reading).finally(() => deadline.clear());
    } catch (error) {
      this.#noteFailure(error as KubeError);
      throw error;
    }
  }

  #noteFailure(error: KubeError): void {
    const count = (this.#failure?.count ?? 0) + 1;
    this.#failure = { error, count, untilMs: this.#clock.monotonicMs() + backoffMs(count, 1, pauses) };
  }
}
