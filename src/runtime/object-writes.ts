/** Writes of one kind's objects on the version of them that a pass has read, and what each result means for the pass. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api/kube-object.ts';
import type { ObjectCache } from '../api/object-cache.ts';
import type { ObjectClient, WriteResult } from '../api/object-client.ts';
import type { Logger } from '../core/logger.ts';
import { done, type Outcome, retry } from './outcome.ts';

export interface ObjectWritesOptions<O extends KubeObject, C extends KubeObject, S extends object> {
  readonly client: ObjectClient<O>;
  readonly cache: ObjectCache<C>;
  readonly toCached: (object: O) => C;
  readonly statusOf: (object: O) => S | undefined;
  /** The status without its longer texts, for an object that has no room for them. */
  readonly shortened: (status: S) => S;
  /** What a log line says of an object. */
  readonly toLogFields: (object: O) => object;
}

export class ObjectWrites<O extends KubeObject, C extends KubeObject, S extends object> {
  readonly #options: ObjectWritesOptions<O, C, S>;

  constructor(options: ObjectWritesOptions<O, C, S>) {
    this.#options = options;
  }

  /** Writes `status` if it differs, on the condition that nobody wrote since `object` was read; then `outcome`. */
  async status(object: O, status: S, outcome: Outcome, logger: Logger): Promise<Outcome> {
    const { client, statusOf, shortened } = this.#options;
    if (isDeepStrictEqual(status, statusOf(object))) return outcome;
    const result = await client.replaceStatus(object, status);
    if (result.kind !== 'tooLarge') return this.apply(result, outcome, logger);
    return this.apply(await client.replaceStatus(object, shortened(status)), outcome, logger);
  }

  /** What a write's result means for the pass; a written object goes into the cache at once. */
  apply(result: WriteResult<O>, outcome: Outcome, logger: Logger): Outcome {
    switch (result.kind) {
      case 'written':
        this.observe(result.object);
        logger.info(this.fieldsOf(result.object), 'Wrote the status');
        return outcome;
      case 'conflict':
        return retry;
      case 'gone':
        return done;
      case 'invalid':
      case 'tooLarge':
        logger.error({ result }, 'The API server refuses the status');
        return retry;
    }
  }

  /** What a log line says of an object. */
  fieldsOf(object: O): object {
    return this.#options.toLogFields(object);
  }

  /** Takes an object as written into the cache. */
  observe(object: O): void {
    this.#options.cache.observe(this.#options.toCached(object));
  }
}
