/** One process of the operator: its clocks, its life, and its calls over a network that loses and delays. */
import type { Clock } from '../../src/core/clock.ts';
import type { Choices } from './choices.ts';
import type { Tally } from './tally.ts';
import type { Timeline } from './timeline.ts';

export interface CallOptions<T> {
  /** For the tally of crashes and faults. */
  readonly name: string;
  /** What the far side does when the request arrives. A throw is its answer. */
  readonly act: () => T | Promise<T>;
  /** After so many milliseconds the caller gives up. */
  readonly deadlineMs: number;
  /** What the caller gets when no answer comes. */
  readonly lost: () => Error;
  /** How much more likely a crash is here than elsewhere: less where calls are made all the time, more where seldom. */
  readonly crashShare?: number;
  /** How likely the process stands still for a while right after it has sent the request. */
  readonly pauseRate?: number;
  /** How much later than a lost request its effect may come, in milliseconds; 0: never. */
  readonly latestEffectMs?: number;
}

export interface Surroundings {
  readonly timeline: Timeline;
  readonly choices: Choices;
  readonly tally: Tally;
  /** How likely it is that this process crashes at one of its calls. */
  readonly crashRate: number;
}

export class SimulatedProcess {
  readonly clock: Clock;
  readonly #surroundings: Surroundings;
  readonly #onCrash: () => void;
  #isAlive = true;
  /** What arrived while the process stood still. */
  #held: (() => void)[] | undefined;
  /** For how long in all its machine was suspended, so that its monotonic clock stood still. */
  #suspendedMs = 0;

  constructor(surroundings: Surroundings, onCrash: () => void) {
    this.#surroundings = surroundings;
    this.#onCrash = onCrash;
    this.clock = this.#createClock();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** SIGKILL: nothing of this process ever happens again. */
  kill(): void {
    this.#isAlive = false;
  }

  /**
   * SIGSTOP, and SIGCONT after `forMs`: what arrives meanwhile is held back. Now and then it is the machine that is
   * suspended; then the monotonic clock and the timers stand still as well.
   */
  pause(forMs: number): void {
    if (this.#held) return;
    this.#held = [];
    const { timeline, choices, tally } = this.#surroundings;
    const isSuspended = choices.deviates('machine suspended', 0.3);
    tally.fault(isSuspended ? 'machine suspended' : 'pause');
    timeline.after(forMs, () => {
      if (isSuspended) this.#suspendedMs += forMs;
      const held = this.#held ?? [];
      this.#held = undefined;
      // One after the other, as an event loop finds them, with time for what each of them sets going.
      for (const [index, run] of held.entries()) timeline.after(index, () => this.deliver(run));
    });
  }

  /** Lets something happen in this process, unless it is dead, and not while it stands still. */
  deliver(run: () => void): void {
    if (!this.#isAlive) return;
    if (this.#held) this.#held.push(run);
    else run();
  }

  /** A request and its answer, or what becomes of them. */
  call<T>(options: CallOptions<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#crashesAt(options, 'before')) return;
      const cancel = this.#after(options.deadlineMs, () => reject(options.lost()));
      this.#send(options, (answer) => {
        cancel();
        if ('error' in answer) reject(answer.error);
        else resolve(answer.value);
      });
    });
  }

  #send<T>(options: CallOptions<T>, answer: (answer: Answer<T>) => void): void {
    const { timeline, choices, tally } = this.#surroundings;
    const { name, latestEffectMs = 0, crashShare = 1, pauseRate = 0.002 } = options;
    // Calls that are seldom made need more trouble each, so that each kind of it is met.
    const share = Math.max(1, crashShare);
    tally.call(name);
    if (choices.deviates(`pause during ${name}`, pauseRate)) this.pause(choices.between(12_000, 40_000));
    if (choices.deviates(`${name} request lost`, 0.02 * share)) {
      tally.fault(`${name} request lost`);
      if (latestEffectMs > 0 && choices.fraction() < 0.7) {
        tally.fault(`${name} late effect`);
        timeline.after(choices.between(0, latestEffectMs), () => void attempt(options.act));
      }
      return;
    }
    timeline.after(this.#latencyMs(name), () => {
      const result = attempt(options.act);
      if (this.#crashesAt(options, 'done')) return;
      if (choices.deviates(`${name} answer lost`, 0.03 * share)) {
        tally.fault(`${name} answer lost`);
        const reset = choices.fraction() < 0.5;
        if (reset)
          timeline.after(this.#latencyMs(name), () => this.deliver(() => answer({ error: options.lost() })));
        return;
      }
      timeline.after(this.#latencyMs(name), () =>
        this.deliver(() => {
          if (!this.#crashesAt(options, 'answered')) answer(result);
        }),
      );
    });
  }

  #crashesAt(
    { name, crashShare = 1 }: Pick<CallOptions<unknown>, 'name' | 'crashShare'>,
    when: string,
  ): boolean {
    if (!this.#isAlive) return true;
    const { choices, tally, crashRate } = this.#surroundings;
    const point = `${name} ${when}`;
    if (!choices.deviates(`crash at ${point}`, crashRate * crashShare)) return false;
    tally.crash(point);
    this.kill();
    this.#onCrash();
    return true;
  }

  /** A timer of the process, on its monotonic clock. Returns what cancels it. */
  #after(ms: number, run: () => void): () => void {
    const { timeline } = this.#surroundings;
    const suspendedBeforeMs = this.#suspendedMs;
    let cancel = timeline.after(ms, () =>
      this.deliver(() => {
        const missedMs = this.#suspendedMs - suspendedBeforeMs;
        if (missedMs === 0) run();
        else cancel = this.#after(missedMs, run);
      }),
    );
    return () => cancel();
  }

  #latencyMs(name: string): number {
    const { choices, tally } = this.#surroundings;
    if (!choices.deviates(`${name} slow`, 0.03)) return choices.between(1, 20);
    tally.fault(`${name} slow`);
    return choices.between(100, 8000);
  }

  /** A clock of its own: set wrong by minutes, and with another zero. */
  #createClock(): Clock {
    const { timeline, choices, tally } = this.#surroundings;
    const isSkewed = choices.deviates('skewed clock', 0.3);
    if (isSkewed) tally.fault('skewed clock');
    const wallOffsetMs = Date.UTC(2026, 0, 1) + (isSkewed ? choices.between(-600_000, 600_000) : 0);
    const monotonicOffsetMs = choices.between(0, 1e6);
    return {
      wallMs: () => timeline.nowMs + wallOffsetMs,
      monotonicMs: () => timeline.nowMs + monotonicOffsetMs - this.#suspendedMs,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          const cancel = this.#after(ms, resolve);
          signal?.addEventListener(
            'abort',
            () => {
              cancel();
              resolve();
            },
            { once: true },
          );
        }),
    };
  }
}

type Answer<T> = { readonly value: T | Promise<T> } | { readonly error: unknown };

function attempt<T>(act: () => T | Promise<T>): Answer<T> {
  try {
    const value = act();
    // Where the answer is lost, nobody hears of its failure, which is as it should be.
    if (value instanceof Promise) value.catch(() => {});
    return { value };
  } catch (error) {
    return { error };
  }
}
