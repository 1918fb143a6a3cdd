/** The operator put together, from its start to its orderly end. */

import type { ObjectClient } from '../api/object-client.ts';
import { Accounts } from '../cloud/accounts.ts';
import type { EsaClient } from '../cloud/esa-client.ts';
import { type Config, processEnvironment } from '../config/config.ts';
import type { Logger } from '../core/logger.ts';
import { credentialsFrom } from '../esa/credentials.ts';
import { createEsaClient } from '../esa/esa-client.ts';
import { proxyFor } from '../http/proxy-setting.ts';
import { CredentialSource } from '../kube/credentials.ts';
import { currentNamespace, loadKubeConfig } from '../kube/load-kube-config.ts';
import { createTransport, type KubeTransport } from '../kube/transport.ts';
import type { LeaderElection } from '../runtime/election/leader-election.ts';
import type { LeaseClient } from '../runtime/election/lease.ts';
import type { ReconciledObject } from '../runtime/reconcile-object.ts';
import { References } from '../runtime/references.ts';
import { passIf } from '../telemetry/health-report.ts';
import { startHealthServer } from '../telemetry/health-server.ts';
import { releaseMemoryAtRest } from '../telemetry/memory-release.ts';
import { kinds as allKinds } from './kinds.ts';
import { createLeadership } from './leadership.ts';
import { logConnections } from './log-connections.ts';
import { Manager } from './manager.ts';
import { systemClock as clock, systemRandom as random } from './system-clock.ts';

export interface RunOptions {
  readonly logger: Logger;
  /** Ends the operator in order: calls under way are finished and recorded. */
  readonly signal: AbortSignal;
  /** Names the operator to the servers it calls. */
  readonly userAgent: string;
  /** Told of each access key, secret and token before it is first used. */
  readonly onSecrets?: (texts: readonly string[]) => void;
  /** Puts something around the ports before they are used; only tests do. */
  readonly wraps?: PortWraps;
  /** In the place of all that the operator has; only tests put others in. */
  readonly kinds?: typeof allKinds;
}

export interface PortWraps {
  readonly objects: <O extends ReconciledObject>(client: ObjectClient<O>) => ObjectClient<O>;
  readonly esa: (client: EsaClient) => EsaClient;
  readonly lease: (client: LeaseClient) => LeaseClient;
}

/**
 * Works until `signal` aborts.
 * @throws KubeError for an unusable kubeconfig; Error when the health address is taken, or when the lease was lost or the
 * API server went back in time
 */
export async function runOperator(config: Config, options: RunOptions): Promise<void> {
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  const logger = options.logger.child({ logger: 'main' });
  const { manager, election } = wire(config, options, (reason) => lost.abort(reason));
  const health = await startHealthServer({
    ...config.healthBindAddress,
    liveChecks: {
      'leader-election': () => passIf(election.isHealthy(), 'leading without a renewed lease for too long'),
      'outcomes-written': () => ({ isPassed: true, detail: `${manager.unwritten()} waiting to be written` }),
    },
    readyChecks: {
      'caches-synced': () => passIf(manager.hasSynced(), 'caches not filled yet'),
      'watch-heard': () => passIf(manager.isWatching(), 'no event, bookmark or listing for too long'),
      'not-stopping': () => passIf(!signal.aborted, 'stopping'),
    },
    logger,
  });
  const stopRelease = releaseMemoryAtRest({ logger });
  try {
    logger.info({ healthPort: health.port }, 'Waiting for caches to sync');
    await manager.run(signal);
  } finally {
    await manager.stop();
    await health.stop();
    stopRelease();
  }
  lost.signal.throwIfAborted();
  logger.info({}, 'Stopped');
}

/** Less than the grace of the pod, which is at least 15 s more than the three calls to the cloud that a pass may make. */
function stopLimitMs({ callTimeoutSeconds }: Config): number {
  return (3 * callTimeoutSeconds + 10) * 1_000;
}

function wire(
  config: Config,
  options: RunOptions,
  onLost: (reason: Error) => void,
): { readonly manager: Manager; readonly election: LeaderElection } {
  const { logger, wraps = unwrapped, kinds = allKinds } = options;
  const { concurrency } = config;
  const kubeConfig = loadKubeConfig({
    file: config.kubeconfig,
    env: { ...config.kubeEnvironment, ...config.proxyEnvironment },
  });
  logConnections(config, kubeConfig, logger.child({ logger: 'main' }));
  const connect = transportsFor(kubeConfig, options);
  const [transport, leaseTransport] = [connect(concurrency * kinds.length), connect(1)];
  const election = createLeadership(config, {
    transport: leaseTransport,
    namespace: currentNamespace(kubeConfig),
    longestCallMs: config.callTimeoutSeconds * 1_000,
    wrap: wraps.lease,
    logger: logger.child({ logger: 'leader-election' }),
    onLost,
  });
  const accounts = new Accounts({ esa: wraps.esa(createCloudClient(config, options)), clock });
  const { leadership } = election;
  const references = new References();
  const shared = { config, transport, accounts, leadership, references, wrap: wraps.objects, logger };
  const manager = new Manager({
    kinds: kinds.map((manage) => manage(shared)),
    election,
    close: () => Promise.all([transport.close(), leaseTransport.close(), accounts.close()]),
    stopLimitMs: stopLimitMs(config),
    concurrency,
    clock,
    logger: logger.child({ logger: 'main' }),
  });
  return { manager, election };
}

const unwrapped: PortWraps = {
  objects: (client) => client,
  esa: (client) => client,
  lease: (client) => client,
};

/** All transports share the credentials. */
function transportsFor(kubeConfig: ReturnType<typeof loadKubeConfig>, { logger, userAgent }: RunOptions) {
  const kubeLogger = logger.child({ logger: 'kube' });
  const credentials = new CredentialSource(kubeConfig, {
    clock,
    logger: kubeLogger,
    pluginEnvironment: processEnvironment,
  });
  return (connections: number): KubeTransport =>
    createTransport(kubeConfig, { connections, clock, random, logger: kubeLogger, userAgent, credentials });
}

function createCloudClient(config: Config, { userAgent, onSecrets }: RunOptions): EsaClient {
  const credentials = credentialsFrom(config.keySource);
  const callTimeoutMs = config.callTimeoutSeconds * 1_000;
  const endpoint = new URL(config.esaEndpoint);
  const proxy = proxyFor(endpoint, config.proxyEnvironment);
  const onCredential = (credential: object): void => onSecrets?.(Object.values(credential).filter(Boolean));
  return createEsaClient({ endpoint, proxy, callTimeoutMs, clock, credentials, userAgent, onCredential });
}
