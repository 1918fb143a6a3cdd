/** The controller of the kind: the shared loop and queue around its reconcile, woken by changes of its objects. */

import type { Change, ObjectCache } from '../../api/object-cache.ts';
import { type Controller, createController } from '../../runtime/controller.ts';
import { type Lane, WorkQueue } from '../../runtime/queue/work-queue.ts';
import {
  type CachedVersion,
  holds,
  isSettled,
  waitsForCredentials,
  waitsForSchema,
} from './cached-version.ts';
import { keysToWake } from './keys-to-wake.ts';
import type { Dependencies } from './pass.ts';
import { type ProtocolRules, protocolRules } from './protocol-rules.ts';
import { createVersionReconciler } from './reconciler.ts';

export interface EdgeAppVersionControllerOptions extends Omit<Dependencies, 'rules'> {
  /** How many objects are worked on at a time. */
  readonly concurrency: number;
  /** Only tests put others in. */
  readonly rules?: ProtocolRules;
}

export interface EdgeAppVersionController extends Controller {
  /**
   * Begins with all that the cache holds and that may need a pass; it may be kept for long before: a standby needs no queue.
   * @param onVerified where given no status is believed before its version was looked up, and this is called when all were
   */
  start(onVerified?: () => void): void;
  /** How many outcomes of attempts wait to be written. */
  unwritten(): number;
  /** Names them in the log: the process ends. */
  logUnwritten(): void;
  /** The installed CRD has all fields, and lacked some before: the objects that wait for that are tried again. */
  schemaCompleted(): void;
  /** Tells of a change in the cache, after the cache has it. `initial`: the object was there before the operator. */
  changed(change: Change<CachedVersion>): void;
}

export function createEdgeAppVersionController(
  options: EdgeAppVersionControllerOptions,
): EdgeAppVersionController {
  const { cache, clock, random, logger, concurrency } = options;
  const queue = new WorkQueue({ clock, random });
  const reconciler = createVersionReconciler({ rules: protocolRules, ...options });
  options.accounts.onWake((isAffected, limit) => {
    const waits = (cached: CachedVersion) =>
      waitsForCredentials(cached) && isAffected(cached.metadata.namespace);
    const keys = [...keysOf(cache, waits, limit)];
    for (const key of keys) queue.add(key, 'backlog');
    return keys.length;
  });
  const controller = createController({
    name: 'edgeappversion',
    queue,
    reconcile: (key, signal) => reconciler.reconcile(key, signal),
    concurrency,
    logger,
    clock,
  });
  let isStarted = false;
  return {
    start(onVerified) {
      isStarted = true;
      const verifies = onVerified !== undefined || options.settings.verifyIntervalMs > 0;
      if (onVerified) reconciler.verifyAll(keysOf(cache, holds), onVerified);
      for (const cached of cache.values()) {
        if (verifies || !isSettled(cached)) queue.add(keyOf(cached), 'backlog');
      }
      controller.start();
    },
    unwritten: () => reconciler.recorder.unwritten,
    logUnwritten: () => reconciler.recorder.logUnwritten(),
    async stop() {
      await controller.stop();
      await reconciler.recorder.flush();
      reconciler.recorder.logUnwritten();
    },
    schemaCompleted() {
      if (!isStarted) return;
      for (const key of keysOf(cache, waitsForSchema)) queue.add(key, 'backlog');
    },
    changed(change) {
      if (!isStarted) return;
      const lane: Lane = change.initial ? 'backlog' : 'live';
      for (const key of keysToWake(change, cache)) queue.add(key, lane);
    },
  };
}

function* keysOf(
  cache: ObjectCache<CachedVersion>,
  isWanted: (cached: CachedVersion) => boolean,
  limit = Number.POSITIVE_INFINITY,
): Iterable<string> {
  let found = 0;
  for (const cached of cache.values()) {
    if (found >= limit) return;
    if (!isWanted(cached)) continue;
    found += 1;
    yield keyOf(cached);
  }
}

function keyOf({ metadata }: CachedVersion): string {
  return `${metadata.namespace}/${metadata.name}`;
}
