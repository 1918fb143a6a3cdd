/** The operator put together, from its start to its orderly end. */
import type { Config } from './config.ts';
import { createEdgeAppVersionController } from './controller/edge-app-version/edge-app-version-controller.ts';
import type { ProtocolSettings } from './controller/edge-app-version/pass.ts';
import { type CachedVersion, targetOf, toCached } from './core/cached-version.ts';
import { type EdgeAppVersion, group, kind, plural, version } from './core/edge-app-version.ts';
import type { Issue } from './core/issue.ts';
import { createValidator } from './core/validate.ts';
import { environmentCredentials, mountedCredentials } from './esa/credentials.ts';
import { createEsaConnector } from './esa/esa-client.ts';
import { createInformer } from './kube/informer.ts';
import { loadKubeConfig } from './kube/load-kube-config.ts';
import { createObjectClient } from './kube/object-client.ts';
import { createTransport } from './kube/transport.ts';
import { loadSchema } from './load-crd.ts';
import type { Leadership, Logger } from './ports.ts';
import { systemClock as clock, systemRandom as random } from './system-clock.ts';
import { startHealthServer } from './telemetry/health-server.ts';

export interface RunOptions {
  readonly logger: Logger;
  /** Ends the operator in order: calls under way are finished and recorded. */
  readonly signal: AbortSignal;
  /** Names the operator to the servers it calls. */
  readonly userAgent: string;
}

const resource = { group, version, plural, kind };
const callTimeoutMs = 5_000;

/**
 * Works until `signal` aborts.
 * @throws KubeError for an unusable kubeconfig; Error when the health address is taken
 */
export async function runOperator(config: Config, options: RunOptions): Promise<void> {
  const { signal } = options;
  const logger = options.logger.child({ logger: 'main' });
  const { transport, informer, controller } = wire(config, options);
  const health = await startHealthServer({
    ...config.healthBindAddress,
    readyChecks: { 'caches-synced': () => informer.hasSynced(), 'not-stopping': () => !signal.aborted },
  });
  const stopped = once(signal);
  try {
    logger.info({ healthPort: health.port }, 'Waiting for the cache to fill');
    await Promise.race([informer.start(), stopped]);
    if (!signal.aborted) {
      controller.start();
      logger.info({ objects: informer.cache.size, concurrency: config.concurrency }, 'Started the workers');
    }
    await stopped;
    logger.info({}, 'Stopping: finishing the calls under way');
  } finally {
    await controller.stop();
    informer.stop();
    await transport.close();
    await health.stop();
  }
  logger.info({}, 'Stopped');
}

function wire(config: Config, { logger, userAgent }: RunOptions) {
  const { namespace, concurrency } = config;
  const kubeConfig = loadKubeConfig({ file: config.kubeconfig, env: config.kubeEnvironment });
  const kubeLogger = logger.child({ logger: 'kube' });
  const transport = createTransport(kubeConfig, {
    connections: concurrency,
    clock,
    random,
    logger: kubeLogger,
    userAgent,
  });
  const informer = createInformer<EdgeAppVersion, CachedVersion>({
    transport,
    resource,
    ...(namespace && { namespace }),
    toCached,
    index: targetOf,
    onChange: (change) => controller.changed(change),
    clock,
    random,
    logger: kubeLogger,
  });
  const controller = createEdgeAppVersionController({
    cache: informer.cache,
    client: createObjectClient<EdgeAppVersion>({ transport, resource }),
    esa: createEsaConnector({
      endpoint: config.esaEndpoint,
      callTimeoutMs,
      credentials: toCredentials(config),
      userAgent,
    }),
    leadership: soleLeader(),
    findIssues: createIssueFinder(),
    settings: toProtocolSettings(config),
    concurrency,
    clock,
    random,
    logger: logger.child({ logger: 'controller' }),
  });
  return { transport, informer, controller };
}

/** How long a create may take until List shows it, under either assumption about the cloud. */
const settleDelaysMs = { refused: 30_000, unproven: 20 * 60_000 };

function toProtocolSettings(config: Config): ProtocolSettings {
  const { ownerId, duplicateNames, blanksInCommands, blanksInHooks } = config;
  return {
    ownerId,
    duplicateNames,
    packing: { blanksInCommands, blanksInHooks },
    absence: { settleDelayMs: settleDelaysMs[duplicateNames], spacingMs: 10_000, looks: 3 },
    claimDeadlineMs: 5_000,
    firstGetMs: 1_000,
    verifyIntervalMs: 0,
  };
}

function toCredentials({ keySource }: Config) {
  return keySource.kind === 'folder'
    ? mountedCredentials(keySource.folder)
    : environmentCredentials(keySource);
}

/** One replica, replaced only once it is gone (the Deployment's strategy is Recreate). */
function soleLeader(): Leadership {
  const term = { isHeld: () => true };
  return { term: () => term };
}

function createIssueFinder(): (object: EdgeAppVersion) => readonly Issue[] {
  const validate = createValidator(loadSchema());
  return (object) => {
    const verdict = validate(object);
    return verdict.kind === 'valid' ? [] : verdict.issues;
  };
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
