/**
 * The operator as its image runs it, but with a stop at each port call: takes settings from the environment alone,
 * its orders from the folder in CHAOS_ORDERS, and commits the sabotage that CHAOS_SABOTAGE names.
 */
import { stopSignal } from '../../src/cli/stop-signal.ts';
import { processEnvironment as env, readConfig } from '../../src/config/config.ts';
import { runOperator } from '../../src/operator/run-operator.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { OrderTaker } from './orders.ts';
import { type Sabotage, sabotages } from './sabotages.ts';
import { stoppedPorts } from './stopped-ports.ts';

const { CHAOS_ORDERS: folder, CHAOS_SABOTAGE: sabotage } = env;
if (folder === undefined) throw new Error('CHAOS_ORDERS must name a folder');
const config = readConfig({ flags: {}, strays: [], env });
const logger = createLogger({ level: config.logLevel });
const wraps = stoppedPorts(new OrderTaker(folder));
const run = { logger, signal: stopSignal(), userAgent: 'edgeapp-operator/chaos' };
try {
  await runOperator(config, { ...run, wraps: sabotage ? sabotages[sabotage as Sabotage](wraps) : wraps });
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
