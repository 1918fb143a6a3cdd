/** `edgeapp run`: the operator, as configured, until a signal. */
import { type Given, readConfig } from '../config.ts';
import { KnownSecrets } from '../telemetry/known-secrets.ts';
import { createLogger } from '../telemetry/logger.ts';
import { logCrashes } from './log-crashes.ts';
import { logWarnings } from './log-warnings.ts';
import { stopSignal } from './stop-signal.ts';
import { version } from './version.ts';

/** @throws UsageError naming every mistake in `given`, and what `runOperator` throws */
export async function run(given: Given): Promise<0> {
  const config = readConfig(given);
  // From here on: as the first process of a container it would not even be ended by a signal that it does not listen to.
  const signal = stopSignal();
  // Only now, so that mistakes show at once: it brings in everything.
  const { runOperator } = await import('../run-operator.ts');
  const { keySource: _, kubeEnvironment: __, proxyEnvironment: ___, ...settings } = config;
  const secrets = new KnownSecrets();
  const logger = createLogger({ level: config.logLevel, redact: secrets.redact });
  const mainLogger = logger.child({ logger: 'main' });
  logWarnings(mainLogger);
  logCrashes(mainLogger);
  mainLogger.info({ version, node: process.version, settings }, 'Starting');
  await runOperator(config, {
    logger,
    onSecrets: (texts) => secrets.learn(texts),
    signal,
    userAgent: `edgeapp-operator/${version}`,
  });
  return 0;
}
