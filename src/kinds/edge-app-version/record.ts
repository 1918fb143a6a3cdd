/**
 * Writes down how attempts ended: the one thing that must not be lost. An outcome that cannot be written stays here, in the
 * memory of its key, and is the first thing that the next pass over that key writes, so that no worker waits for it.
 */

import type { ObjectCache } from '../../api/object-cache.ts';
import type { ObjectClient, WriteResult } from '../../api/object-client.ts';
import { backoffMs } from '../../core/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import { askedWaitMs } from '../../runtime/asked-wait.ts';
import { again, done, type Outcome, retry } from '../../runtime/outcome.ts';
import { type CachedVersion, toCached } from './cached-version.ts';
import type { Attempt, EdgeAppVersion, EdgeAppVersionStatus } from './edge-app-version.ts';
import { inFormThatFits, isShown, toOperations } from './record-write.ts';

/** How an attempt ended: the status that says so, and what follows once it is written. */
export interface AttemptOutcome {
  /** `namespace/name` of the object. */
  readonly key: string;
  readonly attempt: Attempt;
  readonly status: EdgeAppVersionStatus;
  readonly outcome: Outcome;
}

/** What kept an outcome from being written: a failed call, a refusal, or a response that does not show it. */
interface Why {
  readonly error?: unknown;
  readonly result?: object;
  readonly shown?: object | undefined;
}

interface Entry extends AttemptOutcome {
  failures: number;
  /** When it may be tried again, on the monotonic clock, whoever wakes its key before. */
  nextMs: number;
  /** What was in the way the last time, for the log. */
  why: Why;
}

export interface RecorderOptions {
  readonly client: ObjectClient<EdgeAppVersion>;
  readonly cache: ObjectCache<CachedVersion>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const longestPauseMs = 60_000;
/** How many outcomes that failed before are written at a time: a webhook that hangs must not take all workers. */
const mostTries = 5;
/** So many unwritten outcomes in a namespace, and nothing is claimed there. */
const mostUnwritten = 20;

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #entries = new Map<string, Entry>();
  #tries = 0;

  constructor(options: RecorderOptions) {
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
  record(ended: AttemptOutcome): Promise<Outcome> {
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
        { ...fieldsOf(entry), ...entry.why },
        'Stopped before the outcome of the attempt was written',
      );
  }

  #failed(): Entry[] {
    return [...this.#entries.values()].filter(({ failures }) => failures > 0);
  }

  async #write(entry: Entry): Promise<Outcome> {
    const { key, attempt, status } = entry;
    try {
      const result = await inFormThatFits(status, (form) =>
        this.#options.client.patchStatus(toObjectKey(key), toOperations(attempt, form)),
      );
      return await (result.kind === 'invalid' ? this.#reconsider(entry, result) : this.#apply(entry, result));
    } catch (error) {
      return this.#keep(entry, { error });
    }
  }

  /** The patch does not fit: a rule of the schema is in the way, or the object shows the attempt no longer. */
  async #reconsider(entry: Entry, result: object): Promise<Outcome> {
    const { key, attempt, status } = entry;
    const { client } = this.#options;
    const live = await client.read(toObjectKey(key));
    if (live?.metadata.uid !== attempt.uid) return this.#drop(entry, retry);
    // The write was done, and its response was lost.
    if (isShown(live, status)) return this.#written(entry, live);
    const { attempt: open, versionId } = live.status ?? {};
    if (open?.id === attempt.id) return this.#keep(entry, { result });
    const isNeeded = status.versionId || status.attempt;
    // With a spec that was edited meanwhile it is not the object for which the version was created.
    const isSameSpec = live.metadata.generation === status.observedGeneration;
    if (open || versionId || !isNeeded || !isSameSpec) return this.#drop(entry, retry);
    // Another client emptied the status: without the outcome in it there would be a second create.
    return this.#apply(entry, await inFormThatFits(status, (form) => client.replaceStatus(live, form)));
  }

  #apply(entry: Entry, result: WriteResult<EdgeAppVersion>): Outcome {
    switch (result.kind) {
      case 'written':
        if (isShown(result.object, entry.status)) return this.#written(entry, result.object);
        return this.#keep(entry, { shown: result.object.status });
      case 'gone':
        return this.#drop(entry, done);
      case 'conflict':
      case 'invalid':
      case 'tooLarge':
        return this.#keep(entry, { result });
    }
  }

  #written(entry: Entry, object: EdgeAppVersion): Outcome {
    this.#entries.delete(entry.key);
    this.#options.cache.observe(toCached(object));
    this.#options.logger.info(fieldsOf(entry), 'Recorded the attempt');
    return entry.outcome;
  }

  #keep(entry: Entry, why: Why): Outcome {
    const { clock, random, logger } = this.#options;
    entry.failures += 1;
    entry.why = why;
    logger.warn({ ...fieldsOf(entry), ...why }, 'Failed to record the attempt');
    const pauseMs = Math.min(longestPauseMs, backoffMs(entry.failures, random.fraction()));
    const waitMs = Math.max(pauseMs, askedWaitMs(why.error) ?? 0);
    entry.nextMs = clock.monotonicMs() + waitMs;
    return again(waitMs);
  }

  /** The object is gone, another, or has another attempt: the id goes to the log, from where a person can find it. */
  #drop(entry: Entry, outcome: Outcome): Outcome {
    this.#entries.delete(entry.key);
    this.#options.logger.error(
      fieldsOf(entry),
      'The object that made the attempt is gone or has another attempt',
    );
    return outcome;
  }
}

function toObjectKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** What a person needs to find the version, or to know why there is none. */
function fieldsOf({ key, attempt, status }: Entry): object {
  const { versionId, versionName, requestId, error } = status;
  return {
    EdgeAppVersion: toObjectKey(key),
    attempt: attempt.id,
    versionId,
    versionName,
    requestId,
    code: error?.code,
    message: error?.message,
  };
}
