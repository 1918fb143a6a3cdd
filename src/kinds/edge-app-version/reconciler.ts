/** The reconcile of an EdgeAppVersion, as a list of steps. */

import { LookupsByApp } from '../../cloud/lookups-by-app.ts';
import type { Term } from '../../runtime/election/leadership.ts';
import { again, done, type Outcome, retry } from '../../runtime/outcome.ts';
import { isLive, isSettled, targetOf, toCached } from './cached-version.ts';
import { type EdgeAppVersion, finalizer, requestedAtAnnotation } from './edge-app-version.ts';
import { Memory } from './memory.ts';
import { isAsked, nextStep } from './next-step.ts';
import { afterWrite, conclude, type Dependencies, fail, type Pass, refuse } from './pass.ts';
import { Recorder } from './record.ts';
import { findRival } from './rival.ts';
import { suspended } from './status/status.ts';
import { notStored } from './status/version-problems.ts';
import { deleteVersion, removeFinalizer } from './steps/delete-version.ts';
import { ensureVersion, reclaimVersion } from './steps/ensure-version.ts';
import { followVersion, verifyVersion } from './steps/follow-version.ts';

export class EdgeAppVersionReconciler {
  readonly #dependencies: Dependencies;
  readonly #memory: Memory;
  readonly #lookups = new LookupsByApp();
  readonly #recorder: Recorder;

  constructor(dependencies: Dependencies) {
    const { clock, random, settings, rules } = dependencies;
    const absences = rules.createAbsenceWatch(clock, settings.absence);
    this.#memory = new Memory(absences, clock, random, settings.verifyIntervalMs);
    this.#recorder = new Recorder(dependencies);
    this.#dependencies = { ...dependencies, esa: this.#memory.throttlePace.watch(dependencies.esa) };
  }

  /** What ended and is not written yet. */
  get recorder(): Recorder {
    return this.#recorder;
  }

  /** No status is believed before its version was looked up; `onVerified` is told when that is done for all of `keys`. */
  verifyAll(keys: Iterable<string>, onVerified: () => void): void {
    this.#memory.verifyAll(keys, onVerified);
  }

  /**
   * One pass over the object with this key (`namespace/name`).
   * @throws what an adapter throws that is neither an EsaError nor a WriteResult: KubeError, or a bug
   */
  async reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const unwritten = await this.#recorder.resume(key);
    if (unwritten) return unwritten;
    const { cache, client, leadership } = this.#dependencies;
    const cached = cache.get(key);
    if (!cached) return this.#forget(key);
    const term = leadership.term();
    if (!term) return retry;
    if (isLive(cached)) return this.#runAsAsked(key, cached, term, signal);
    const verifyInMs = isSettled(cached) ? this.#memory.verifyInMs(key) : 0;
    if (verifyInMs > 0) return Number.isFinite(verifyInMs) ? again(verifyInMs) : done;
    const { namespace, name } = cached.metadata;
    const object = await client.read({ namespace, name });
    return object ? this.#runAsAsked(key, object, term, signal) : done;
  }

  /** Somebody who asks for tries again and again gets one a minute. */
  async #runAsAsked(key: string, object: EdgeAppVersion, term: Term, signal: AbortSignal): Promise<Outcome> {
    const request = object.metadata.annotations?.[requestedAtAnnotation];
    const dueMs = request !== undefined && isAsked(object) ? this.#memory.askedInMs(key, request) : 0;
    if (dueMs === 0) return this.#run(key, object, term, signal);
    return sooner(await this.#run(key, withoutRequest(object), term, signal), dueMs);
  }

  async #run(key: string, object: EdgeAppVersion, term: Term, signal: AbortSignal): Promise<Outcome> {
    const pass = this.#passOver(key, object, term, signal);
    const { clock, cache, findIssues, memory } = pass;
    if (!object.status?.versionId) memory.looked(key);
    const step = nextStep(object, {
      wallMs: clock.wallMs(),
      findRival: () => findRival(object, cache.withIndex(targetOf(object))),
      findIssues: () => findIssues(object),
    });
    switch (step.kind) {
      case 'rest':
        return step.forMs === undefined ? done : again(step.forMs);
      case 'setFinalizers':
        return this.#setFinalizers(pass, step.finalizers);
      case 'removeFinalizer':
        return removeFinalizer(pass);
      case 'suspend':
        return conclude(pass, suspended(object, clock.wallMs()), done);
      case 'refuse':
        return refuse(pass, step.problem);
      case 'reclaim':
        return reclaimVersion(pass, step.problem);
      case 'delete':
        return deleteVersion(pass);
      case 'follow':
        return followVersion(pass);
      case 'verify':
        return verifyVersion(pass);
      case 'ensure':
        return ensureVersion(pass);
    }
  }

  /** Then goes on with the object as written, where the API server kept them. */
  async #setFinalizers(pass: Pass, finalizers: readonly string[]): Promise<Outcome> {
    const { cache, client, object, key, term, signal, logger } = pass;
    const result = await client.setFinalizers(object, finalizers);
    if (result.kind !== 'written') return afterWrite(pass, result, done);
    cache.observe(toCached(result.object));
    const stored = result.object.metadata.finalizers ?? [];
    if (stored.includes(finalizer) !== finalizers.includes(finalizer)) {
      return fail({ ...pass, object: result.object }, notStored(`the finalizer ${finalizer}`));
    }
    logger.info({ finalizers }, 'Set the finalizers');
    return this.#run(key, result.object, term, signal);
  }

  #passOver(key: string, object: EdgeAppVersion, term: Term, signal: AbortSignal): Pass {
    const { namespace, name } = object.metadata;
    return {
      ...this.#dependencies,
      logger: this.#dependencies.logger.child({ EdgeAppVersion: { namespace, name } }),
      key,
      object,
      term,
      signal,
      memory: this.#memory,
      recorder: this.#recorder,
      lookupsOf: (api, appId) => this.#lookups.of(api, appId),
    };
  }

  #forget(key: string): Outcome {
    this.#memory.forget(key);
    return done;
  }
}

/** The same object, asking for nothing. */
function withoutRequest(object: EdgeAppVersion): EdgeAppVersion {
  const { [requestedAtAnnotation]: _, ...others } = object.metadata.annotations ?? {};
  const handled = object.status?.lastHandledRequestedAt;
  const annotations = handled === undefined ? others : { ...others, [requestedAtAnnotation]: handled };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function sooner(outcome: Outcome, dueMs: number): Outcome {
  if (outcome.kind === 'retry') return outcome;
  return again(outcome.kind === 'again' ? Math.min(outcome.afterMs, dueMs) : dueMs);
}
