/** The loop that every kind shares: workers take keys from a queue and give each to the kind's reconcile. */

import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { askedWaitMs } from './asked-wait.ts';
import type { Outcome } from './outcome.ts';
import type { WorkQueue } from './queue/work-queue.ts';

export interface ControllerOptions {
  /** Names the controller in logs. */
  readonly name: string;
  readonly queue: WorkQueue;
  /**
   * One pass over the object with this key (`namespace/name`), from the state of the world, whatever woke it. Once
   * `signal` is aborted it begins nothing new, but ends the call in flight and records what came of it.
   * What it throws is taken for a bug: logged, and tried again with back-off. An error with `retryAfterMs` is a wait that
   * the API server asks for, and is kept.
   */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>;
  /** How many objects are worked on at a time. */
  readonly concurrency: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface Controller {
  start(): void;
  /** Takes no further key; resolves when every pass under way has ended. */
  stop(): Promise<void>;
}

export function createController(options: ControllerOptions): Controller {
  const { queue, concurrency } = options;
  const logger = options.logger.child({ controller: options.name });
  const stopping = new AbortController();
  let workers: readonly Promise<void>[] = [];
  return {
    start() {
      queue.limitPerNamespace(concurrency - reservedWorkers(concurrency));
      workers = Array.from({ length: concurrency }, () => work({ ...options, logger }, stopping.signal));
    },
    async stop() {
      stopping.abort();
      await queue.shutDown();
      await Promise.all(workers);
    },
  };
}

/** Two of eight workers or more, and one of four, are for the other namespaces when the calls of one hang. */
function reservedWorkers(concurrency: number): number {
  return Math.min(2, Math.floor(concurrency / 4));
}

async function work(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { queue } = options;
  for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
    await pass(key, options, signal);
    queue.done(key);
    // A pass may do without any I/O; then nothing else would run until the queue is empty, watches and probes included.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function pass(key: string, options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { queue, reconcile, logger, clock } = options;
  const startMs = clock.monotonicMs();
  try {
    const outcome = await reconcile(key, signal);
    settle(queue, key, outcome);
    logger.debug({ ...toFields(key), outcome, durationMs: clock.monotonicMs() - startMs }, 'Reconciled');
  } catch (error) {
    // A wait that the API server asks for passes by itself, and is no bug.
    const askedMs = askedWaitMs(error);
    const retryInMs = queue.retry(key, askedMs);
    const fields = { ...toFields(key), retryInMs };
    if (askedMs === undefined) logger.error({ ...fields, error }, 'Reconciler error');
    else logger.info({ ...fields, reason: (error as Error).message }, 'Reconciler waits for the API server');
  }
}

function settle(queue: WorkQueue, key: string, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'done':
      queue.forget(key);
      return;
    case 'again':
      queue.forget(key);
      queue.addAfter(key, outcome.afterMs);
      return;
    case 'retry':
      queue.retry(key);
      return;
  }
}

function toFields(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
