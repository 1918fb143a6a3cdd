/** The reconcile of an EdgeAppVersion, as a list of steps. */
import { isLive, isSettled, targetOf, toCached } from '../../core/cached-version.ts';
import { nextStep } from '../../core/decide.ts';
import type { EdgeAppVersion } from '../../core/edge-app-version.ts';
import { findRival } from '../../core/rival.ts';
import { suspended } from '../../core/status.ts';
import type { Term } from '../../ports.ts';
import { LookupsByApp } from '../lookups-by-app.ts';
import type { Outcome } from '../outcome.ts';
import { deleteVersion } from './delete-version.ts';
import { ensureVersion, reclaimVersion } from './ensure-version.ts';
import { followVersion } from './follow-version.ts';
import { Memory } from './memory.ts';
import { afterWrite, again, conclude, type Dependencies, done, type Pass, refuse, retry } from './pass.ts';

export class EdgeAppVersionReconciler {
  readonly #dependencies: Dependencies;
  readonly #memory: Memory;
  readonly #lookups = new LookupsByApp();

  constructor(dependencies: Dependencies) {
    const { clock, random, settings, rules } = dependencies;
    const absences = rules.createAbsenceWatch(clock, settings.absence);
    this.#memory = new Memory(absences, clock, random, settings.verifyIntervalMs);
    this.#dependencies = { ...dependencies, esa: this.#memory.throttlePace.watch(dependencies.esa) };
  }

  /**
   * One pass over the object with this key (`namespace/name`).
   * @throws what an adapter throws that is neither an EsaError nor a WriteResult: KubeError, or a bug
   */
  async reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const { cache, client, leadership } = this.#dependencies;
    const cached = cache.get(key);
    if (!cached) return this.#forget(key);
    const term = leadership.term();
    if (!term) return retry;
    if (isLive(cached)) return this.#run(key, cached, term, signal);
    const verifyInMs = isSettled(cached) ? this.#memory.verifyInMs(key) : 0;
    if (verifyInMs > 0) return Number.isFinite(verifyInMs) ? again(verifyInMs) : done;
    const { namespace, name } = cached.metadata;
    const object = await client.read({ namespace, name });
    return object ? this.#run(key, object, term, signal) : done;
  }

  async #run(key: string, object: EdgeAppVersion, term: Term, signal: AbortSignal): Promise<Outcome> {
    const pass = this.#passOver(key, object, term, signal);
    const { clock, cache, findIssues } = pass;
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
      case 'ensure':
        return ensureVersion(pass);
    }
  }

  /** Then goes on with the object as written. */
  async #setFinalizers(pass: Pass, finalizers: readonly string[]): Promise<Outcome> {
    const { cache, client, object, key, term, signal, logger } = pass;
    const result = await client.setFinalizers(object, finalizers);
    if (result.kind !== 'written') return afterWrite(pass, result, done);
    cache.observe(toCached(result.object));
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
      lookupsOf: (api, appId) => this.#lookups.of(api, appId),
    };
  }

  #forget(key: string): Outcome {
    this.#memory.forget(key);
    return done;
  }
}
