/** `edgeapp run`: the operator, as configured, until a signal. */
import { type Given, type KeySource, readConfig } from '../config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { logWarnings } from './log-warnings.ts';
import { stopSignal } from './stop-signal.ts';
import { version } from './version.ts';

/** @throws UsageError naming every mistake in `given`, and what `runOperator` throws */
export async function run(given: Given): Promise<0> {
  const config = readConfig(given);
  // Only now, so that mistakes show at once: it brings in everything.
  const { runOperator } = await import('../run-operator.ts');
  const { keySource, kubeEnvironment: _, proxyEnvironment: __, ...settings } = config;
  const logger = createLogger({ level: config.logLevel, secrets: secretsOf(keySource) });
  const mainLogger = logger.child({ logger: 'main' });
  logWarnings(mainLogger);
  mainLogger.info({ version, node: process.version, settings }, 'Starting');
  await runOperator(config, { logger, signal: stopSignal(), userAgent: `edgeapp-operator/${version}` });
  return 0;
}

function secretsOf(source: KeySource): string[] {
  if (source.kind === 'folder') return [];
  return [source.accessKeyId, source.accessKeySecret, source.securityToken ?? ''];
}
