/** The operator with one more kind in its list; takes its settings from the environment. */
import { stopSignal } from '../../src/cli/stop-signal.ts';
import { processEnvironment as env, readConfig } from '../../src/config/config.ts';
import { kinds } from '../../src/operator/kinds.ts';
import { manageKind } from '../../src/operator/managed-kind.ts';
import { runOperator } from '../../src/operator/run-operator.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { followerKind } from './follower.ts';

const config = readConfig({ flags: {}, strays: [], env });
await runOperator(config, {
  logger: createLogger({ level: config.logLevel }),
  signal: stopSignal(),
  userAgent: 'edgeapp-operator/follower',
  kinds: [...kinds, (parts) => manageKind(followerKind, parts)],
});
