/**
 * Writes down how attempts ended: the one thing that must not be lost. An outcome that cannot be written stays here, in the
 * memory of its key, and is the first thing that the next pass over that key writes, so that no worker waits for it.
 */
import { type CachedVersion, toCached } from '../../core/cached-version.ts';
import type { Attempt, EdgeAppVersion, EdgeAppVersionStatus } from '../../core/edge-app-version.ts';
import { shortened } from '../../core/status.ts';
import type { Clock, JsonPatchOperation, Logger, ObjectCache, ObjectClient, Random } from '../../ports.ts';
import { backoffMs } from '../backoff.ts';
import type { Outcome } from '../outcome.ts';
import { again, done, retry } from './pass.ts';

/** How an attempt ended: the status that says so, and what follows once it is written. */
export interface AttemptOutcome {
  /** `namespace/name` of the object. */
  readonly key: string;
  readonly attempt: Attempt;
  readonly status: EdgeAppVersionStatus;
  readonly outcome: Outcome;
}

interface Entry extends AttemptOutcome {
  failures: number;
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

  /** How many outcomes wait to be written. */
  get unwritten(): number {
    return this.#entries.size;
  }

  /** Whether so many outcomes of objects in `namespace` wait to be written that nothing may be claimed there. */
  isHeldUp(namespace: string): boolean {
    if (this.#entries.size < mostUnwritten) return false;
    const ofNamespace = [...this.#entries.keys()].filter((key) => key.startsWith(`${namespace}/`));
    return ofNamespace.length >= mostUnwritten;
  }

  /** Writes `ended` where the object and its open attempt are still those of the attempt, whoever wrote meanwhile. */
  record(ended: AttemptOutcome): Promise<Outcome> {
    const entry = { ...ended, failures: 0 };
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

  /** Names each unwritten outcome in the log, from where a person can find it: the process ends. */
  logUnwritten(): void {
    for (const { key, attempt, status } of this.#entries.values())
      this.#options.logger.error(
        { ...toFields(key), attempt: attempt.id, ...endOf(status) },
        'Stopped before the outcome of the attempt was written',
      );
  }

  async #write(entry: Entry): Promise<Outcome> {
    try {
      return await this.#patch(entry, entry.status);
    } catch (error) {
      return this.#keep(entry, { error });
    }
  }

  async #patch(entry: Entry, status: EdgeAppVersionStatus): Promise<Outcome> {
    const { key, attempt, outcome } = entry;
    const result = await this.#options.client.patchStatus(toObjectKey(key), toOperations(attempt, status));
    switch (result.kind) {
      case 'written':
        if (!isShown(result.object, status)) return this.#keep(entry, { shown: result.object.status });
        this.#entries.delete(key);
        this.#options.cache.observe(toCached(result.object));
        this.#options.logger.info(
          { ...toFields(key), attempt: attempt.id, ...endOf(status) },
          'Recorded the attempt',
        );
        return outcome;
      case 'conflict':
        return this.#keep(entry, { result });
      case 'gone':
        return this.#drop(entry, done);
      case 'invalid':
        return (await this.#isStillOpen(entry)) ? this.#keep(entry, { result }) : this.#drop(entry, retry);
      case 'tooLarge':
        if (status !== entry.status) return this.#keep(entry, { result });
        return this.#patch(entry, shortened(status));
    }
  }

  async #isStillOpen({ key, attempt }: Entry): Promise<boolean> {
    const live = await this.#options.client.read(toObjectKey(key));
    return live?.metadata.uid === attempt.uid && live.status?.attempt?.id === attempt.id;
  }

  #keep(entry: Entry, why: object): Outcome {
    const { key, attempt, status } = entry;
    entry.failures += 1;
    this.#options.logger.warn(
      { ...toFields(key), attempt: attempt.id, ...endOf(status), ...why },
      'Failed to record the attempt',
    );
    return again(Math.min(longestPauseMs, backoffMs(entry.failures, this.#options.random.fraction())));
  }

  /** The object is gone, another, or has another attempt: the id goes to the log, from where a person can find it. */
  #drop({ key, attempt, status }: Entry, outcome: Outcome): Outcome {
    this.#entries.delete(key);
    this.#options.logger.error(
      { ...toFields(key), attempt: attempt.id, ...endOf(status) },
      'The object that made the attempt is gone or has another attempt',
    );
    return outcome;
  }
}

function toOperations({ id, uid, fingerprint }: Attempt, status: EdgeAppVersionStatus): JsonPatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/status/attempt/id', value: id },
    { op: 'test', path: '/status/attempt/fingerprint', value: fingerprint },
    { op: 'replace', path: '/status', value: status },
  ];
}

/** Whether the object as stored shows what its status was to say of the attempt. */
function isShown(
  { status: stored }: EdgeAppVersion,
  { versionId, attempt, error }: EdgeAppVersionStatus,
): boolean {
  const isSameEnd = stored?.error?.attemptId === error?.attemptId;
  return stored?.versionId === versionId && stored?.attempt?.id === attempt?.id && isSameEnd;
}

function toObjectKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

function toFields(key: string): object {
  return { EdgeAppVersion: toObjectKey(key) };
}

/** What a person needs to find the version, or to know why there is none. */
function endOf({ versionId, versionName, requestId, error }: EdgeAppVersionStatus): object {
  return { versionId, versionName, requestId, code: error?.code, message: error?.message };
}
