/** What happens to an error that nothing caught: a bug, after which nothing in the process can be relied on. */
import { inspect } from 'node:util';
import type { Logger } from '../core/logger.ts';

/** Logs the error with its stack and ends the process with exit code 1; also for a promise that nobody awaited. */
export function logCrashes(logger: Logger): void {
  process.once('uncaughtException', (thrown: unknown, origin) => {
    const error = thrown instanceof Error ? thrown : new Error(`Thrown value: ${inspect(thrown)}`);
    try {
      logger.error({ error, origin }, 'Unexpected error, ending the process');
    } finally {
      process.exit(1);
    }
  });
}
