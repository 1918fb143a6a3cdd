/** Keys to work on: each once at a time, and once more where it was added meanwhile. */
import type { Logger } from '../../../src/core/logger.ts';

/** Works on a key. A number asks for another time, after so many milliseconds. */
export type Work = (key: string) => Promise<number | undefined>;

const retryAfterMs = 1_000;

export class WorkQueue {
  readonly #concurrency: number;
  readonly #work: Work;
  readonly #logger: Logger;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  #isStarted = false;

  constructor(concurrency: number, work: Work, logger: Logger) {
    this.#concurrency = concurrency;
    this.#work = work;
    this.#logger = logger;
  }

  add(key: string): void {
    this.#waiting.add(key);
    this.#startNext();
  }

  start(): void {
    this.#isStarted = true;
    for (let worker = 0; worker < this.#concurrency; worker += 1) this.#startNext();
  }

  /** Waits for the work under way. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    await Promise.all(this.#running.values());
  }

  #startNext(): void {
    if (!this.#isStarted || this.#running.size >= this.#concurrency) return;
    for (const key of this.#waiting) {
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#running.set(key, this.#run(key));
      return;
    }
  }

  async #run(key: string): Promise<void> {
    const againMs = await this.#work(key).catch((error: unknown) => {
      this.#logger.warn({ error, key }, 'A pass failed; trying again');
      return retryAfterMs;
    });
    this.#running.delete(key);
    if (againMs !== undefined) setTimeout(() => this.add(key), againMs);
    this.#startNext();
  }
}
