/** Starts and stops the kinds in order: caches, leadership, workers, and back. */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { LeaderElection } from '../runtime/election/leader-election.ts';
import type { ManagedKind } from './managed-kind.ts';

export interface ManagerOptions {
  readonly kinds: readonly ManagedKind[];
  /** One for all kinds. */
  readonly election: LeaderElection;
  /** Closes the connections, at the end. */
  readonly close: () => Promise<unknown>;
  /** How long stopping may take, in milliseconds. */
  readonly stopLimitMs: number;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Manager {
  readonly #options: ManagerOptions;

  /** @throws Error where a kind is woken by one that is not there */
  constructor(options: ManagerOptions) {
    this.#options = options;
    for (const kind of options.kinds) this.#connect(kind);
  }

  hasSynced(): boolean {
    return this.#options.kinds.every(({ informer }) => informer.hasSynced());
  }

  isWatching(): boolean {
    return this.#options.kinds.every(({ informer }) => informer.isWatching());
  }

  /** How many outcomes of attempts wait to be written. */
  unwritten(): number {
    return this.#options.kinds.reduce((sum, { controller }) => sum + controller.unwritten(), 0);
  }

  /** Works until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { kinds, election, concurrency, logger } = this.#options;
    const stopped = once(signal);
    await Promise.race([Promise.all(kinds.map(({ informer }) => informer.start())), stopped]);
    if (!signal.aborted) {
      election.start();
      await election.elected(signal);
    }
    if (!signal.aborted) {
      const mustVerify = election.mustVerify();
      this.#startControllers(mustVerify);
      logger.info({ concurrency, mustVerify }, 'Starting workers');
    }
    await stopped;
    logger.info({}, 'Stopping, waiting for workers to finish');
  }

  /** Waits for the passes under way, gives back the lease, and closes all; within the limit. */
  async stop(): Promise<void> {
    const { kinds, stopLimitMs: limitMs, logger } = this.#options;
    if (await this.#endsInTime()) return;
    for (const { controller } of kinds) controller.logUnwritten();
    logger.error({ limitMs }, 'Stopped before all calls under way had ended');
  }

  #connect({ kind, wokenBy, controller }: ManagedKind): void {
    for (const name of wokenBy) {
      const source = this.#options.kinds.find((other) => other.kind === name);
      if (!source) throw new Error(`${kind} is woken by ${name}, which is not in the list of kinds`);
      source.informer.subscribe((change) => controller.changed(name, change));
    }
  }

  #startControllers(mustVerify: boolean): void {
    const { kinds, election } = this.#options;
    let left = kinds.length;
    const onVerified = (): void => {
      left -= 1;
      if (left === 0) election.verified();
    };
    for (const { controller } of kinds) controller.start(mustVerify ? onVerified : undefined);
  }

  async #endsInTime(): Promise<boolean> {
    const { clock, stopLimitMs } = this.#options;
    const ended = new AbortController();
    const late = clock.sleep(stopLimitMs, ended.signal).then(() => false);
    try {
      return await Promise.race([this.#end().then(() => true), late]);
    } finally {
      ended.abort();
    }
  }

  async #end(): Promise<void> {
    const { kinds, election, close } = this.#options;
    await Promise.all(kinds.map(({ controller }) => controller.stop()));
    await election.stop();
    for (const { informer } of kinds) informer.stop();
    await close();
  }
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
