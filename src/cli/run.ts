/** `edgeapp run`: the operator, as configured, until a signal. */
import { type Given, type KeySource, readConfig } from '../config/config.ts';
import { KnownSecrets } from '../telemetry/known-secrets.ts';
import { createLogger } from '../telemetry/logger.ts';
import { logCrashes } from './log-crashes.ts';
import { logWarnings } from './log-warnings.ts';
import { stopSignal } from './stop-signal.ts';
import { version } from './version.ts';

/** For the last lines of the log to get out, in milliseconds. */
const lastWordsMs = 1_000;

/** @throws UsageError naming every mistake in `given`, and what `runOperator` throws */
export async function run(given: Given): Promise<0> {
  const config = readConfig(given);
  // From here on: as the first process of a container it would not even be ended by a signal that it does not listen to.
  const signal = stopSignal();
  // Only now, so that mistakes show at once: it brings in everything.
  const { runOperator } = await import('../operator/run-operator.ts');
  const { keySource, kubeEnvironment: _, proxyEnvironment: __, ...settings } = config;
  const secrets = new KnownSecrets();
  secrets.learn(secretsOf(keySource));
  const logger = createLogger({ level: config.logLevel, redact: secrets.redact });
  const mainLogger = logger.child({ logger: 'main' });
  logWarnings(mainLogger);
  logCrashes(mainLogger);
  mainLogger.info({ version, node: process.version, settings }, 'Starting');
  try {
    await runOperator(config, {
      logger,
      onSecrets: (texts) => secrets.learn(texts),
      signal,
      userAgent: `edgeapp-operator/${version}`,
    });
  } finally {
    // A call that hangs keeps the process no longer than this.
    setTimeout(() => process.exit(), lastWordsMs).unref();
  }
  return 0;
}

/** Those that are known from the start; the files of a folder are read when they are needed, and may change. */
function secretsOf(source: KeySource): string[] {
  if (source.kind === 'folder') return [];
  return [source.accessKeyId, source.accessKeySecret, source.securityToken ?? ''];
}
