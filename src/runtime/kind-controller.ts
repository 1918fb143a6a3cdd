/** The controller of one kind: the shared loop and queue around its reconcile, woken by changes of objects. */
import { type KubeObject, toKey } from '../api/kube-object.ts';
import type { Change, ObjectCache } from '../api/object-cache.ts';
import type { Random } from '../core/random.ts';
import { type Controller, type ControllerOptions, createController } from './controller.ts';
import type { Recorder } from './create-protocol/recorder.ts';
import type { KindDescriptor } from './kind-descriptor.ts';
import { type Lane, WorkQueue } from './queue/work-queue.ts';

export interface KindController extends Controller {
  /**
   * Begins with all that the cache holds and that may need a pass; it may be kept for long before: a standby needs no queue.
   * @param onVerified where given no status is believed before what it says was looked up, and this is called when all were
   */
  start(onVerified?: () => void): void;
  /** How many outcomes of attempts wait to be written. */
  unwritten(): number;
  /** Names them in the log: the process ends. */
  logUnwritten(): void;
  /** The installed CRD has all fields, and lacked some before: the objects that wait for that are tried again. */
  schemaCompleted(): void;
  /** Tells of a change of an object of a kind, after its cache has it. `initial`: the object was there before the operator. */
  changed(kind: string, change: Change<KubeObject>): void;
}

export interface KindControllerOptions<C extends KubeObject>
  extends Omit<ControllerOptions, 'name' | 'queue'> {
  readonly kind: Pick<KindDescriptor<never, C>, 'kind' | 'wakes'>;
  readonly cache: ObjectCache<C>;
  readonly random: Random;
  /** What its attempts came to. */
  readonly recorder: Pick<Recorder<never, never>, 'unwritten' | 'logUnwritten' | 'flush'>;
  /** Whether an object may need a pass at the start. */
  readonly isDue: (cached: C, isVerifying: boolean) => boolean;
  /** Sees to it that no status is believed before it was verified; tells when all are. */
  readonly verifyAll: (onVerified: () => void) => void;
  readonly waitsForSchema: (cached: C) => boolean;
}

export interface WakingController<C> extends KindController {
  /** Wakes the objects for which `isWanted` holds, `limit` of them at most. @returns how many there were */
  wake(isWanted: (cached: C) => boolean, limit?: number): number;
}

export function createKindController<C extends KubeObject>(
  options: KindControllerOptions<C>,
): WakingController<C> {
  const { kind, cache, clock, random, recorder, isDue, verifyAll, waitsForSchema } = options;
  const queue = new WorkQueue({ clock, random });
  const controller = createController({ ...options, name: kind.kind.toLowerCase(), queue });
  let isStarted = false;
  const wake = (isWanted: (cached: C) => boolean, limit = Number.POSITIVE_INFINITY): number => {
    const keys = cache.values().filter(isWanted).take(limit).map(toKey).toArray();
    for (const key of keys) queue.add(key, 'backlog');
    return keys.length;
  };
  return {
    start(onVerified) {
      isStarted = true;
      if (onVerified) verifyAll(onVerified);
      wake((cached) => isDue(cached, onVerified !== undefined));
      controller.start();
    },
    unwritten: () => recorder.unwritten,
    logUnwritten: () => recorder.logUnwritten(),
    async stop() {
      await controller.stop();
      await recorder.flush();
      recorder.logUnwritten();
    },
    schemaCompleted() {
      if (isStarted) wake(waitsForSchema);
    },
    changed(changedKind, change) {
      if (!isStarted) return;
      const lane: Lane = change.initial ? 'backlog' : 'live';
      for (const { kind: ofKind, keysOf } of kind.wakes)
        if (ofKind === changedKind) for (const key of keysOf(change, cache)) queue.add(key, lane);
    },
    wake,
  };
}
