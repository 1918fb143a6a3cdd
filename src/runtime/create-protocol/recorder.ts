/**
 * Writes down how attempts ended: the one thing that must not be lost. An outcome that cannot be written stays here, in the
 * memory of its key, and is the first thing that the next pass over that key writes, so that no worker waits for it.
 */

import type { KubeObject, ObjectKey } from '../../api/kube-object.ts';
import type { ObjectClient, WriteResult } from '../../api/object-client.ts';
import { backoffMs } from '../../core/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import { askedWaitMs } from '../asked-wait.ts';
import { again, done, type Outcome, retry } from '../outcome.ts';
import type { Attempt, Attempting, AttemptStatus } from './attempt.ts';
import { inFormThatFits, isShown, toOperations } from './record-write.ts';

/** How an attempt ended: the status that says so, and what follows once it is written. */
export interface AttemptOutcome<O, S> {
  /** `namespace/name` of the object. */
  readonly key: string;
  readonly attempt: Attempt;
  /** The object as the claim left it. */
  readonly claimed: O;
  readonly status: S;
  readonly outcome: Outcome;
}

/** What kept an outcome from being written: a failed call, a refusal, or a response that does not show it. */
interface Why {
  readonly error?: unknown;
  readonly result?: object;
  readonly shown?: object | undefined;
}

interface Entry<O, S> extends Omit<AttemptOutcome<O, S>, 'claimed'> {
  /** As long as nobody is known to have written since. */
  claimed: O | undefined;
  failures: number;
  /** When it may be tried again, on the monotonic clock, whoever wakes its key before. */
  nextMs: number;
  /** What was in the way the last time, for the log. */
  why: Why;
}

export interface RecordedObject<S extends AttemptStatus> extends KubeObject, Attempting {
  readonly metadata: KubeObject['metadata'] & { readonly generation: number };
  readonly status?: S;
}

export interface RecorderOptions<O extends KubeObject, S> {
  readonly client: ObjectClient<O>;
  /** Told of each object as written. */
  readonly observe: (object: O) => void;
  /** The id of what was created, in a status that has it. */
  readonly idOf: (status: S) => string | undefined;
  readonly shortened: (status: S) => S;
  /** What a log line says of the object and of the end of its attempt. */
  readonly toLogFields: (key: ObjectKey, status: S) => object;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const longestPauseMs = 60_000;
/** How many outcomes that failed before are written at a time: a webhook that hangs must not take all workers. */
const mostTries = 5;
/** So many unwritten outcomes in a namespace, and nothing is claimed there. */
const mostUnwritten = 20;

export class Recorder<O extends RecordedObject<S>, S extends AttemptStatus> {
  readonly #options: RecorderOptions<O, S>;
  readonly #entries = new Map<string, Entry<O, S>>();
  #tries = 0;

  constructor(options: RecorderOptions<O, S>) {
    this.#options = options;
  }

  /** How many outcomes could not be written so far; those that are being written for the first time do not count. */
  get unwritten(): number {
    return this.#failed().length;
  }

  /** Whether so many outcomes of objects in `namespace` could not be written that nothing may be claimed there. */
  isHeldUp(namespace: string): boolean {
    if (this.#entries.size < mostUnwritten) return false;
    return this.#failed().filter(({ key }) => key.startsWith(`${namespace}/`)).length >= mostUnwritten;
  }

  /** Writes `ended` where the object and its open attempt are still those of the attempt, whoever wrote meanwhile. */
  record(ended: AttemptOutcome<O, S>): Promise<Outcome> {
    const entry = { ...ended, failures: 0, nextMs: 0, why: {} };
    this.#entries.set(ended.key, entry);
    return this.#write(entry);
  }

  /**
   * Writes what an earlier pass over `key` could not write.
   * @returns undefined once nothing of that kind is left, so that the pass goes on, else when to try again
   */
  async resume(key: string): Promise<Outcome | undefined> {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const waitMs = entry.nextMs - this.#options.clock.monotonicMs();
    if (waitMs > 0) return again(waitMs);
    if (this.#tries >= mostTries) return again(1000);
    this.#tries += 1;
    try {
      const outcome = await this.#write(entry);
      return this.#entries.has(key) ? outcome : undefined;
    } finally {
      this.#tries -= 1;
    }
  }

  /** Tries each unwritten outcome once more. */
  async flush(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => this.#write(entry)));
  }

  /** Names each unwritten outcome in the log, from where a person can find it, and what was in the way. */
  logUnwritten(): void {
    for (const entry of this.#entries.values())
      this.#options.logger.error(
        { ...this.#fieldsOf(entry), ...entry.why },
        'Stopped before the outcome of the attempt was written',
      );
  }

  #failed(): Entry<O, S>[] {
    return [...this.#entries.values()].filter(({ failures }) => failures > 0);
  }

  async #write(entry: Entry<O, S>): Promise<Outcome> {
    try {
      const result = (await this.#replace(entry)) ?? (await this.#patch(entry));
      return await (result.kind === 'invalid' ? this.#reconsider(entry, result) : this.#apply(entry, result));
    } catch (error) {
      return this.#keep(entry, { error });
    }
  }

  /** Writes on the version that the claim left, which costs the API server less than a patch; undefined where it is another. */
  async #replace(entry: Entry<O, S>): Promise<WriteResult<O> | undefined> {
    const { client, shortened } = this.#options;
    const { claimed, status } = entry;
    if (!claimed) return undefined;
    entry.claimed = undefined;
    const result = await inFormThatFits(status, shortened, (form) => client.replaceStatus(claimed, form));
    return result.kind === 'conflict' ? undefined : result;
  }

  /** Writes where the object still shows the attempt, whoever wrote meanwhile. */
  #patch({ key, attempt, status }: Entry<O, S>): Promise<WriteResult<O>> {
    const { client, shortened } = this.#options;
    return inFormThatFits(status, shortened, (form) =>
      client.patchStatus(toObjectKey(key), toOperations(attempt, form)),
    );
  }

  /** The write does not fit: a rule of the schema is in the way, or the object shows the attempt no longer. */
  async #reconsider(entry: Entry<O, S>, result: object): Promise<Outcome> {
    const { key, attempt, status } = entry;
    const { client, idOf, shortened } = this.#options;
    const live = await client.read(toObjectKey(key));
    if (live?.metadata.uid !== attempt.uid) return this.#drop(entry, retry);
    // The write was done, and its response was lost.
    if (isShown(live.status, status, idOf)) return this.#written(entry, live);
    const open = live.status?.attempt;
    if (open?.id === attempt.id) return this.#keep(entry, { result });
    const isNeeded = idOf(status) || status.attempt;
    // With a spec that was edited meanwhile it is not the object for which the version was created.
    const isSameSpec = live.metadata.generation === status.observedGeneration;
    if (open || (live.status && idOf(live.status)) || !isNeeded || !isSameSpec)
      return this.#drop(entry, retry);
    // Another client emptied the status: without the outcome in it there would be a second create.
    return this.#apply(
      entry,
      await inFormThatFits(status, shortened, (form) => client.replaceStatus(live, form)),
    );
  }

  #apply(entry: Entry<O, S>, result: WriteResult<O>): Outcome {
    switch (result.kind) {
      case 'written':
        if (isShown(result.object.status, entry.status, this.#options.idOf))
          return this.#written(entry, result.object);
        return this.#keep(entry, { shown: result.object.status });
      case 'gone':
        return this.#drop(entry, done);
      case 'conflict':
      case 'invalid':
      case 'tooLarge':
        return this.#keep(entry, { result });
    }
  }

  #written(entry: Entry<O, S>, object: O): Outcome {
    this.#entries.delete(entry.key);
    this.#options.observe(object);
    this.#options.logger.info(this.#fieldsOf(entry), 'Recorded the attempt');
    return entry.outcome;
  }

  #keep(entry: Entry<O, S>, why: Why): Outcome {
    const { clock, random, logger } = this.#options;
    entry.failures += 1;
    entry.why = why;
    logger.warn({ ...this.#fieldsOf(entry), ...why }, 'Failed to record the attempt');
    const pauseMs = Math.min(longestPauseMs, backoffMs(entry.failures, random.fraction()));
    const waitMs = Math.max(pauseMs, askedWaitMs(why.error) ?? 0);
    entry.nextMs = clock.monotonicMs() + waitMs;
    return again(waitMs);
  }

  /** What a person needs to find what was created, or to know why there is nothing. */
  #fieldsOf({ key, attempt, status }: Entry<O, S>): object {
    return { ...this.#options.toLogFields(toObjectKey(key), status), attempt: attempt.id };
  }

  /** The object is gone, another, or has another attempt: the id goes to the log, from where a person can find it. */
  #drop(entry: Entry<O, S>, outcome: Outcome): Outcome {
    this.#entries.delete(entry.key);
    this.#options.logger.error(
      this.#fieldsOf(entry),
      'The object that made the attempt is gone or has another attempt',
    );
    return outcome;
  }
}

function toObjectKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
