/** The clocks of one process on a host of its own: set wrong, stepped, and standing still while the process is paused. */
import type { Clock } from '../../src/core/clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface HostClockOptions {
  /** How far the wall clock is off. */
  readonly wallOffsetMs?: number;
  readonly monotonicOffsetMs?: number;
}

export class HostClock implements Clock {
  readonly #truth: VirtualClock;
  #wallOffsetMs: number;
  #monotonicOffsetMs: number;
  #pause: { readonly resumed: PromiseWithResolvers<void>; readonly suspendedAtMs?: number } | undefined;

  constructor(truth: VirtualClock, { wallOffsetMs = 0, monotonicOffsetMs = 0 }: HostClockOptions = {}) {
    this.#truth = truth;
    this.#wallOffsetMs = wallOffsetMs;
    this.#monotonicOffsetMs = monotonicOffsetMs;
  }

  wallMs(): number {
    return this.#truth.wallMs() + this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return (this.#pause?.suspendedAtMs ?? this.#truth.monotonicMs()) + this.#monotonicOffsetMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const endMs = this.monotonicMs() + ms;
    for (let leftMs = ms; leftMs > 0 && !signal?.aborted; leftMs = endMs - this.monotonicMs()) {
      // Whole milliseconds, as timers have them; a rest lost in rounding would never pass.
      await this.#truth.sleep(Math.ceil(leftMs), signal);
      await this.running();
    }
  }

  stepWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  /** As by SIGSTOP: nothing wakes up, and both clocks go on. */
  stop(): void {
    this.#pause ??= { resumed: Promise.withResolvers() };
  }

  /** As a virtual machine that is suspended: the monotonic clock stands still. */
  suspend(): void {
    this.#pause ??= { resumed: Promise.withResolvers(), suspendedAtMs: this.#truth.monotonicMs() };
  }

  resume(): void {
    const pause = this.#pause;
    if (pause?.suspendedAtMs !== undefined)
      this.#monotonicOffsetMs -= this.#truth.monotonicMs() - pause.suspendedAtMs;
    this.#pause = undefined;
    pause?.resumed.resolve();
  }

  /** Resolves as soon as the process is not paused: whatever arrives for it waits for that. */
  async running(): Promise<void> {
    while (this.#pause) await this.#pause.resumed.promise;
  }
}
