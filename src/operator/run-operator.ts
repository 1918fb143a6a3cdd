/** The operator put together, from its start to its orderly end. */

import { group } from '../api/group.ts';
import type { ObjectClient } from '../api/object-client.ts';
import { Accounts } from '../cloud/accounts.ts';
import type { EsaClient } from '../cloud/esa-client.ts';
import { settleDelayMs } from '../cloud/settle-delays.ts';
import { type Config, processEnvironment } from '../config/config.ts';
import type { Logger } from '../core/logger.ts';
import { credentialsFrom } from '../esa/credentials.ts';
import { createEsaClient } from '../esa/esa-client.ts';
import { proxyFor } from '../http/proxy-setting.ts';
import { type CachedVersion, targetOf, toCached } from '../kinds/edge-app-version/cached-version.ts';
import { type EdgeAppVersion, kind, plural, version } from '../kinds/edge-app-version/edge-app-version.ts';
import { createEdgeAppVersionController } from '../kinds/edge-app-version/edge-app-version-controller.ts';
import { createIssueFinder } from '../kinds/edge-app-version/find-issues.ts';
import type { ProtocolSettings } from '../kinds/edge-app-version/protocol-settings.ts';
import { CredentialSource } from '../kube/credentials.ts';
import { createInformer } from '../kube/informer.ts';
import { currentNamespace, loadKubeConfig } from '../kube/load-kube-config.ts';
import { createObjectClient } from '../kube/object-client.ts';
import { ServedSchema } from '../kube/served-schema.ts';
import { createTransport, type KubeTransport } from '../kube/transport.ts';
import type { LeaseClient } from '../runtime/election/lease.ts';
import { passIf } from '../telemetry/health-report.ts';
import { startHealthServer } from '../telemetry/health-server.ts';
import { releaseMemoryAtRest } from '../telemetry/memory-release.ts';
import { createLeadership } from './leadership.ts';
import { loadSchema } from './load-crd.ts';
import { logConnections } from './log-connections.ts';
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
}

export interface PortWraps {
  readonly objects: (client: ObjectClient<EdgeAppVersion>) => ObjectClient<EdgeAppVersion>;
  readonly esa: (client: EsaClient) => EsaClient;
  readonly lease: (client: LeaseClient) => LeaseClient;
}

const resource = { group, version, plural, kind };

/**
 * Works until `signal` aborts.
 * @throws KubeError for an unusable kubeconfig; Error when the health address is taken, or when the lease was lost or the
 * API server went back in time
 */
export async function runOperator(config: Config, options: RunOptions): Promise<void> {
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  const logger = options.logger.child({ logger: 'main' });
  const { transports, informer, election, controller, accounts } = wire(config, options, (reason) =>
    lost.abort(reason),
  );
  const health = await startHealthServer({
    ...config.healthBindAddress,
    liveChecks: {
      'leader-election': () => passIf(election.isHealthy(), 'leading without a renewed lease for too long'),
      'outcomes-written': () => ({
        isPassed: true,
        detail: `${controller.unwritten()} waiting to be written`,
      }),
    },
    readyChecks: {
      'caches-synced': () => passIf(informer.hasSynced(), 'caches not filled yet'),
      'watch-heard': () => passIf(informer.isWatching(), 'no event, bookmark or listing for too long'),
      'not-stopping': () => passIf(!signal.aborted, 'stopping'),
    },
    logger,
  });
  const stopRelease = releaseMemoryAtRest({ logger });
  const stopped = once(signal);
  try {
    logger.info({ healthPort: health.port }, 'Waiting for caches to sync');
    await Promise.race([informer.start(), stopped]);
    if (!signal.aborted) {
      election.start();
      await election.elected(signal);
    }
    if (!signal.aborted) {
      const mustVerify = election.mustVerify();
      controller.start(mustVerify ? () => election.verified() : undefined);
      logger.info({ concurrency: config.concurrency, mustVerify }, 'Starting workers');
    }
    await stopped;
    logger.info({}, 'Stopping, waiting for workers to finish');
  } finally {
    const limitMs = stopLimitMs(config);
    const isInTime = await endsWithin(limitMs, async () => {
      await controller.stop();
      await election.stop();
      informer.stop();
      await Promise.all([...transports.map((transport) => transport.close()), accounts.close()]);
    });
    if (!isInTime) {
      controller.logUnwritten();
      logger.error({ limitMs }, 'Stopped before all calls under way had ended');
    }
    await health.stop();
    stopRelease();
  }
  lost.signal.throwIfAborted();
  logger.info({}, 'Stopped');
}

/** What the guarantees rest on; see docs/guarantees.md. */
const fieldsOfProtocol = [
  ...['id', 'uid', 'number', 'name', 'fingerprint', 'startedAt', 'unknownBefore'].map(
    (field) => `status.attempt.${field}`,
  ),
  ...['attempts', 'unclearAttempts', 'versionId', 'versionUid', 'seenTime', 'recordedTime'].map(
    (field) => `status.${field}`,
  ),
  'status.error.attemptId',
];

/** Less than the grace of the pod, which is at least 15 s more than the three calls to the cloud that a pass may make. */
function stopLimitMs({ callTimeoutSeconds }: Config): number {
  return (3 * callTimeoutSeconds + 10) * 1_000;
}

async function endsWithin(limitMs: number, work: () => Promise<void>): Promise<boolean> {
  const ended = new AbortController();
  const late = clock.sleep(limitMs, ended.signal).then(() => false);
  try {
    return await Promise.race([work().then(() => true), late]);
  } finally {
    ended.abort();
  }
}

function wire(config: Config, options: RunOptions, onLost: (reason: Error) => void) {
  const { logger, userAgent, wraps = unwrapped } = options;
  const { namespace, concurrency } = config;
  const settings = toProtocolSettings(config);
  const kubeConfig = loadKubeConfig({
    file: config.kubeconfig,
    env: { ...config.kubeEnvironment, ...config.proxyEnvironment },
  });
  const kubeLogger = logger.child({ logger: 'kube' });
  logConnections(config, kubeConfig, logger.child({ logger: 'main' }));
  const credentials = new CredentialSource(kubeConfig, {
    clock,
    logger: kubeLogger,
    pluginEnvironment: processEnvironment,
  });
  const connect = (connections: number): KubeTransport =>
    createTransport(kubeConfig, { connections, clock, random, logger: kubeLogger, userAgent, credentials });
  const [transport, leaseTransport] = [connect(concurrency), connect(1)];
  const election = createLeadership(config, {
    transport: leaseTransport,
    namespace: currentNamespace(kubeConfig),
    longestCallMs: config.callTimeoutSeconds * 1_000,
    wrap: wraps.lease,
    logger: logger.child({ logger: 'leader-election' }),
    onLost,
  });
  const informer = createInformer<EdgeAppVersion, CachedVersion>({
    transport,
    resource,
    ...(namespace && { namespace }),
    toCached,
    indexes: { target: targetOf },
    // A CRD that is replaced ends its watches.
    onWatching: () => void schema.check(),
    clock,
    random,
    logger: kubeLogger,
  });
  const schema = new ServedSchema({
    transport,
    resource,
    needed: fieldsOfProtocol,
    logger: kubeLogger,
    onComplete: () => controller.schemaCompleted(),
  });
  const accounts = new Accounts({ esa: wraps.esa(createCloudClient(config, options)), clock });
  const controller = createEdgeAppVersionController({
    cache: informer.cache,
    client: wraps.objects(createObjectClient<EdgeAppVersion>({ transport, resource })),
    accounts,
    leadership: election.leadership,
    findIssues: createIssueFinder(loadSchema(), settings.packing),
    missingFields: () => schema.missing,
    settings,
    concurrency,
    clock,
    random,
    logger: logger.child({ logger: 'controller' }),
  });
  informer.subscribe((change) => controller.changed(change));
  return { transports: [transport, leaseTransport], informer, election, controller, accounts };
}

const unwrapped: PortWraps = {
  objects: (client) => client,
  esa: (client) => client,
  lease: (client) => client,
};

function createCloudClient(config: Config, { userAgent, onSecrets }: RunOptions): EsaClient {
  const credentials = credentialsFrom(config.keySource);
  const callTimeoutMs = config.callTimeoutSeconds * 1_000;
  const endpoint = new URL(config.esaEndpoint);
  const proxy = proxyFor(endpoint, config.proxyEnvironment);
  const onCredential = (credential: object): void => onSecrets?.(Object.values(credential).filter(Boolean));
  return createEsaClient({ endpoint, proxy, callTimeoutMs, clock, credentials, userAgent, onCredential });
}

function toProtocolSettings(config: Config): ProtocolSettings {
  const { ownerId, duplicateNames, blanksInCommands, blanksInHooks } = config;
  const callTimeoutMs = config.callTimeoutSeconds * 1_000;
  return {
    ownerId,
    duplicateNames,
    packing: { blanksInCommands, blanksInHooks },
    absence: { settleDelayMs: settleDelayMs(duplicateNames, callTimeoutMs), spacingMs: 10_000, looks: 3 },
    claimDeadlineMs: 5_000,
    propagationMs: config.propagationMinutes * 60_000,
    firstGetMs: 1_000,
    verifyIntervalMs: config.verifyIntervalMinutes * 60_000,
  };
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
