/** EdgeAppVersion as the frame reconciles it. */
import { createProtocolParts } from '../../runtime/create-protocol/protocol-parts.ts';
import type { Recorder } from '../../runtime/create-protocol/recorder.ts';
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
  const parts = createProtocolParts<EdgeAppVersion, CachedVersion, EdgeAppVersionStatus>({
    ...dependencies,
    kind,
    toCached,
    idOf: ({ versionId }) => versionId,
    toLogFields,
  });
  const { writes, recorder } = parts;
  const shared = { ...dependencies, ...parts, memory };
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

function toLogFields({ versionId, versionName, requestId, error }: EdgeAppVersionStatus): object {
  return { versionId, versionName, requestId, code: error?.code, message: error?.message };
}
