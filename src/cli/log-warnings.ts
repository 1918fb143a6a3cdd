/** Lets Node's own warnings appear as log lines instead of bare text between them. */
import type { Logger } from '../core/logger.ts';

export function logWarnings(logger: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    // A deprecated call inside a dependency: of use to us, not to who runs the operator.
    const level = warning.name === 'DeprecationWarning' ? 'debug' : 'warn';
    logger[level]({ error: warning }, 'Node.js warns');
  });
}
