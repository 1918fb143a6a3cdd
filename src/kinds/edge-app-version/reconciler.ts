/** EdgeAppVersion as the frame reconciles it. */
import { findCondition } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/kube-object.ts';
import { shortened } from '../../api/shortened.ts';
import { Recorder } from '../../runtime/create-protocol/recorder.ts';
import { ObjectWrites } from '../../runtime/object-writes.ts';
import type { Outcome } from '../../runtime/outcome.ts';
import { ObjectReconciler, type Pass } from '../../runtime/reconcile-object.ts';
import { type CachedVersion, isLive, isSettled, targetOf, toCached } from './cached-version.ts';
import { type EdgeAppVersion, type EdgeAppVersionStatus, finalizer, kind } from './edge-app-version.ts';
import { fail } from './fail.ts';
import { Memory } from './memory.ts';
import { nextStep, type Step } from './next-step.ts';
import type { Dependencies, VersionPass } from './pass.ts';
import { findRival } from './rival.ts';
import { finalizerKept, notStored } from './status/version-problems.ts';
import { runStep } from './steps/steps.ts';

export interface VersionReconciler {
  /** As `ObjectReconciler.reconcile`. */
  reconcile(key: string, signal: AbortSignal): Promise<Outcome>;
  /** What ended and is not written yet. */
  readonly recorder: Recorder<EdgeAppVersion, EdgeAppVersionStatus>;
  /** No status is believed before its version was looked up; `onVerified` is told when that is done for all of `keys`. */
  verifyAll(keys: Iterable<string>, onVerified: () => void): void;
}

export function createVersionReconciler(dependencies: Dependencies): VersionReconciler {
  const { cache, client, clock, logger, settings, rules, leadership, findIssues } = dependencies;
  const absences = rules.createAbsenceWatch(clock, settings.absence);
  const memory = new Memory(absences, clock, dependencies.random, settings.verifyIntervalMs);
  const statusOf = (object: EdgeAppVersion) => object.status;
  const writes = new ObjectWrites<EdgeAppVersion, CachedVersion, EdgeAppVersionStatus>({
    client,
    cache,
    toCached,
    statusOf,
    shortened,
    toLogFields,
  });
  const recorder = new Recorder<EdgeAppVersion, EdgeAppVersionStatus>({
    ...dependencies,
    observe: (object) => writes.observe(object),
    idOf: ({ versionId }) => versionId,
    shortened,
    toLogFields: toRecordFields,
  });
  const shared = { ...dependencies, memory, recorder, writes };
  const toVersionPass = (pass: Pass<EdgeAppVersion>): VersionPass => ({ ...shared, ...pass });
  const reconciler = new ObjectReconciler({
    kind: {
      kind,
      finalizer,
      resume: (key) => recorder.resume(key),
      whole: (cached) => (isLive(cached) ? cached : undefined),
      restsForMs: (key, cached) => (isSettled(cached) ? memory.verifyInMs(key) : 0),
      nextStep({ key, object }): Step {
        if (!object.status?.versionId) memory.looked(key);
        return nextStep(object, {
          wallMs: clock.wallMs(),
          findRival: () => findRival(object, cache.withIndex('target', targetOf(object))),
          findIssues: () => findIssues(object),
        });
      },
      run: (step, pass) => runStep(toVersionPass(pass), step),
      finalizerNotKept: (pass) => fail(toVersionPass(pass), notStored(`the finalizer ${finalizer}`)),
      finalizerNotRemoved: (pass, why) => fail(toVersionPass(pass), finalizerKept(why)),
      forget: (key) => memory.forget(key),
    },
    cache,
    client,
    writes,
    leadership,
    clock,
    logger,
  });
  return {
    reconcile: (key, signal) => reconciler.reconcile(key, signal),
    recorder,
    verifyAll: (keys, onVerified) => memory.verifyAll(keys, onVerified),
  };
}

function toLogFields({ metadata, status }: EdgeAppVersion): object {
  const { versionId, requestId, attempt, error, conditions } = status ?? {};
  const { generation, resourceVersion } = metadata;
  return {
    generation,
    resourceVersion,
    reason: findCondition(conditions, 'Ready')?.reason,
    code: error?.code,
    message: error?.message,
    versionId,
    requestId,
    attempt: attempt?.id,
  };
}

/** What a person needs to find the version, or to know why there is none. */
function toRecordFields(key: ObjectKey, status: EdgeAppVersionStatus): object {
  const { versionId, versionName, requestId, error } = status;
  return {
    EdgeAppVersion: key,
    versionId,
    versionName,
    requestId,
    code: error?.code,
    message: error?.message,
  };
}
