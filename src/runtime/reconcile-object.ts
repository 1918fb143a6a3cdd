/** One pass over one object of any kind: cache, term, next step, step, one write. */

import type { BaseStatus } from '../api/base-status.ts';
import { hasFinalizer, withoutFinalizer } from '../api/finalizers.ts';
import type { KubeObject, ObjectKey } from '../api/kube-object.ts';
import type { ObjectCache } from '../api/object-cache.ts';
import type { ObjectClient } from '../api/object-client.ts';
import type { ObjectMeta } from '../api/object-meta.ts';
import { isAsked, requestedAtAnnotation, withoutRequest } from '../api/requested-at.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Leadership, Term } from './election/leadership.ts';
import type { ObjectWrites } from './object-writes.ts';
import { again, done, type Outcome, retry } from './outcome.ts';
import { RequestedTries } from './requested-tries.ts';
import type { StepResult } from './step-result.ts';

/** An object as the frame sees it. */
export interface ReconciledObject extends KubeObject {
  readonly metadata: ObjectMeta;
  readonly status?: BaseStatus;
}

/** What every pass over an object has. */
export interface Pass<O> {
  /** `namespace/name` */
  readonly key: string;
  /** The read on which this pass decides. */
  readonly object: O;
  /** The term of leadership in which it began. */
  readonly term: Term;
  /** Aborted when the operator stops: nothing new may begin. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** The steps that are the same for every kind. */
export type FrameStep =
  /** Nothing, but for another look after `forMs` milliseconds where it is given. */
  | { readonly kind: 'rest'; readonly forMs?: number }
  | { readonly kind: 'setFinalizers'; readonly finalizers: readonly string[] }
  /** The object is going and nothing is left for which its finalizer stands. */
  | { readonly kind: 'removeFinalizer' };

/**
 * What a kind is to the frame.
 * @typeParam O the object as the API server sends it
 * @typeParam C what the cache keeps of it
 * @typeParam N the steps of the kind
 */
export interface ReconciledKind<O extends ReconciledObject, C, S, N extends { readonly kind: string }> {
  /** Names the object in logs. */
  readonly kind: string;
  readonly finalizer: string;
  /** Writes what an earlier pass over this object could not write; undefined once there is nothing of that kind. */
  readonly resume: (key: string) => Promise<Outcome | undefined>;
  /** The whole object where the cache keeps it. */
  readonly whole: (cached: C) => O | undefined;
  /** For how long an object of which the cache keeps only the head needs nothing, in milliseconds; 0: it is read live. */
  readonly restsForMs: (key: string, cached: C) => number;
  readonly nextStep: (pass: Pass<O>) => FrameStep | N;
  readonly run: (step: N, pass: Pass<O>) => Promise<StepResult<O, S>> | StepResult<O, S>;
  /** The API server accepted a write of the finalizers and did not keep it. */
  readonly finalizerNotKept: (pass: Pass<O>) => StepResult<O, S>;
  /** The API server did not remove the finalizer. */
  readonly finalizerNotRemoved: (pass: Pass<O>, why: string) => StepResult<O, S>;
  /** There is no such object any more. */
  readonly forget: (key: string) => void;
}

export interface ReconcilerOptions<
  O extends ReconciledObject,
  C extends KubeObject,
  S extends object,
  N extends { readonly kind: string },
> {
  readonly kind: ReconciledKind<O, C, S, N>;
  readonly cache: ObjectCache<C>;
  readonly client: ObjectClient<O>;
  readonly writes: ObjectWrites<O, C, S>;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class ObjectReconciler<
  O extends ReconciledObject,
  C extends KubeObject,
  S extends object,
  N extends { readonly kind: string },
> {
  readonly #options: ReconcilerOptions<O, C, S, N>;
  readonly #requestedTries: RequestedTries;

  constructor(options: ReconcilerOptions<O, C, S, N>) {
    this.#options = options;
    this.#requestedTries = new RequestedTries(options.clock);
  }

  /**
   * One pass over the object with this key (`namespace/name`).
   * @throws what an adapter throws that is neither an EsaError nor a WriteResult: KubeError, or a bug
   */
  async reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const { kind, cache, client, leadership } = this.#options;
    const unwritten = await kind.resume(key);
    if (unwritten) return unwritten;
    const cached = cache.get(key);
    if (!cached) return this.#forget(key);
    const term = leadership.term();
    if (!term) return retry;
    const restsForMs = kind.restsForMs(key, cached);
    if (restsForMs > 0) return restFor(restsForMs);
    const object = kind.whole(cached) ?? (await client.read(toObjectKey(cached)));
    return object ? this.#runAsAsked({ key, object, term, signal, logger: this.#loggerOf(object) }) : done;
  }

  /** Somebody who asks for tries again and again gets one a minute. */
  async #runAsAsked(pass: Pass<O>): Promise<Outcome> {
    const { key, object } = pass;
    const request = object.metadata.annotations?.[requestedAtAnnotation] ?? '';
    const dueMs = isAsked(object) ? this.#requestedTries.dueInMs(key, request) : 0;
    if (dueMs === 0) return this.#run(pass);
    return sooner(await this.#run({ ...pass, object: withoutRequest(object) }), dueMs);
  }

  async #run(pass: Pass<O>): Promise<Outcome> {
    const { kind } = this.#options;
    const step = kind.nextStep(pass);
    if (!isFrameStep(step)) return this.#finish(pass, await kind.run(step, pass));
    switch (step.kind) {
      case 'rest':
        return restFor(step.forMs);
      case 'setFinalizers':
        return this.#setFinalizers(pass, step.finalizers);
      case 'removeFinalizer':
        return this.#removeFinalizer(pass);
    }
  }

  async #finish(pass: Pass<O>, { isReleased, object = pass.object, status, outcome }: StepResult<O, S>) {
    if (isReleased) return this.#removeFinalizer(pass);
    return status ? this.#options.writes.status(object, status, outcome, pass.logger) : outcome;
  }

  /** Then goes on with the object as written, where the API server kept them. */
  async #setFinalizers(pass: Pass<O>, finalizers: readonly string[]): Promise<Outcome> {
    const { kind, client, writes } = this.#options;
    const result = await client.setFinalizers(pass.object, finalizers);
    if (result.kind !== 'written') return writes.apply(result, done, pass.logger);
    const next = { ...pass, object: result.object };
    writes.observe(result.object);
    if (this.#hasFinalizer(result.object) !== finalizers.includes(kind.finalizer))
      return this.#finish(next, kind.finalizerNotKept(next));
    pass.logger.info({ finalizers }, 'Set the finalizers');
    return this.#run(next);
  }

  /** The object goes, unless the term ended meanwhile or the API server does not let the finalizer be removed. */
  async #removeFinalizer(pass: Pass<O>): Promise<Outcome> {
    const { kind, client, writes } = this.#options;
    const { object, term, logger } = pass;
    if (!term.isHeld()) return retry;
    const left = withoutFinalizer(object.metadata, kind.finalizer);
    const result = await client
      .setFinalizers(object, left)
      .catch((error: unknown) => ({ kind: 'failed' as const, message: (error as Error).message }));
    switch (result.kind) {
      case 'written': {
        const next = { ...pass, object: result.object };
        if (this.#hasFinalizer(result.object))
          return this.#finish(next, kind.finalizerNotRemoved(next, 'it was set again'));
        logger.info(writes.fieldsOf(object), 'Removed finalizer');
        return done;
      }
      case 'failed':
      case 'invalid':
      case 'tooLarge':
        logger.warn({ result }, 'Failed to remove finalizer');
        return this.#finish(pass, kind.finalizerNotRemoved(pass, result.message));
      default:
        return writes.apply(result, done, logger);
    }
  }

  #hasFinalizer({ metadata }: O): boolean {
    return hasFinalizer(metadata, this.#options.kind.finalizer);
  }

  #loggerOf(object: O): Logger {
    const { kind, logger } = this.#options;
    return logger.child({ [kind.kind]: toObjectKey(object) });
  }

  #forget(key: string): Outcome {
    this.#requestedTries.forget(key);
    this.#options.kind.forget(key);
    return done;
  }
}

function isFrameStep(step: { readonly kind: string }): step is FrameStep {
  return ['rest', 'setFinalizers', 'removeFinalizer'].includes(step.kind);
}

/** @param ms infinite or absent: until the object changes */
function restFor(ms = Number.POSITIVE_INFINITY): Outcome {
  return Number.isFinite(ms) ? again(ms) : done;
}

function sooner(outcome: Outcome, dueMs: number): Outcome {
  if (outcome.kind === 'retry') return outcome;
  return again(outcome.kind === 'again' ? Math.min(outcome.afterMs, dueMs) : dueMs);
}

function toObjectKey({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}
