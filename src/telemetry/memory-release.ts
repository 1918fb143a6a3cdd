/**
 * Gives memory back to the system when the process has come to rest. V8 collects garbage when something is allocated, so
 * after a start or a burst it keeps all that it took for as long as little happens.
 */
import { performance } from 'node:perf_hooks';
import type { Logger } from '../core/logger.ts';

export interface MemoryReleaseOptions {
  readonly logger: Logger;
  /** How often the process is looked at, in milliseconds; it must have rested from one look to the next. */
  readonly intervalMs?: number;
}

/** At rest the event loop is busy for a thousandth of the time. */
const mostUtilization = 0.02;
/** A collection holds everything up for some 50 ms with 100,000 objects; less than this is not worth it. */
const leastGrowthBytes = 8 * 2 ** 20;

/**
 * Does nothing unless Node was started with `--expose-gc`.
 * @returns what ends it
 */
export function releaseMemoryAtRest({ logger, intervalMs = 2_000 }: MemoryReleaseOptions): () => void {
  const { gc } = globalThis;
  if (gc === undefined) return () => {};
  let before = performance.eventLoopUtilization();
  let restingBytes = 0;
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    const takenBytes = process.memoryUsage.rss();
    if (utilization > mostUtilization || takenBytes < restingBytes + leastGrowthBytes) return;
    const startMs = performance.now();
    // Only this flavour shrinks the young generation too (V8's collection of all available garbage).
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    restingBytes = process.memoryUsage.rss();
    logger.debug({ takenBytes, restingBytes, durationMs: performance.now() - startMs }, 'Released memory');
  };
  const timer = setInterval(look, intervalMs).unref();
  return () => clearInterval(timer);
}
