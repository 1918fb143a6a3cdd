/** Processes that run for one lease in memory, each on a host with clocks of its own and a network that a test spoils. */
import { expect } from 'vitest';
import type { Random } from '../../../src/core/random.ts';
import { createLeaderElection, type LeaderElection } from '../../../src/runtime/election/leader-election.ts';
import type { Term } from '../../../src/runtime/election/leadership.ts';
import { leaseDurationsFor } from '../../../src/runtime/election/lease-durations.ts';
import { LogRecorder } from '../../kube/log-recorder.ts';
import { HostClock, type HostClockOptions } from '../../support/host-clock.ts';
import { type Journey, MemoryLease } from '../../support/memory-lease.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

export const times = leaseDurationsFor(10_000);
/** What becomes of calls: refused at the server, done without an answer, never heard of again, done long after. */
export type Fault = 'refused' | 'unanswered' | 'swallowed' | 'late';

const sampleMs = 250;
const lateMs = 12_000;
const never = new AbortController().signal;

export interface ContenderOptions extends HostClockOptions {
  /** What the jitter is made of; the middle where absent. */
  readonly fraction?: () => number;
}

export class Contender {
  readonly identity: string;
  readonly clock: HostClock;
  readonly election: LeaderElection;
  readonly log = new LogRecorder();
  /** Of its last term. */
  lastHeldMs = Number.NEGATIVE_INFINITY;
  timesLost = 0;
  isStopped = false;
  /** Befalls every call until it is taken away. */
  fault: Fault | undefined;
  /** One way. */
  latencyMs = 5;
  /** How much longer an answer takes. */
  answerDelayMs = 0;
  readonly #world: ElectionWorld;

  constructor(world: ElectionWorld, identity: string, options: ContenderOptions) {
    this.#world = world;
    this.identity = identity;
    this.clock = new HostClock(world.truth, options);
    const random: Random = { uuid: () => identity, fraction: options.fraction ?? (() => 0.5) };
    this.election = createLeaderElection({
      lease: world.lease.client(this.#travel),
      identity,
      clock: this.clock,
      random,
      logger: this.log,
      durations: times,
      onLost: () => {
        this.timesLost += 1;
      },
    });
    void this.election.elected(never).then(() => world.noteBegin(this));
    this.election.start();
  }

  get term(): Term | undefined {
    return this.election.leadership.term();
  }

  get isLeading(): boolean {
    return this.term !== undefined;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.election.stop();
  }

  readonly #travel: Journey = async (apply) => {
    const { truth } = this.#world;
    const { fault, latencyMs, answerDelayMs } = this;
    await truth.sleep(fault === 'late' ? lateMs : latencyMs);
    if (fault === 'swallowed') await new Promise(() => {});
    if (fault === 'refused') throw new Error('500 InternalError');
    const answer = apply();
    await truth.sleep(latencyMs + answerDelayMs);
    if (fault === 'unanswered') throw new Error('ECONNRESET');
    await this.clock.running();
    return answer;
  };
}

export class ElectionWorld {
  readonly truth = new VirtualClock({ settleTurns: 1 });
  readonly lease = new MemoryLease();
  readonly contenders: Contender[] = [];
  /** How many terms have begun. */
  terms = 0;
  readonly #violations: string[] = [];

  join(options: ContenderOptions = {}): Contender {
    const contender = new Contender(this, `host-${this.contenders.length}`, options);
    this.contenders.push(contender);
    return contender;
  }

  get leaders(): readonly Contender[] {
    return this.contenders.filter(({ isLeading }) => isLeading);
  }

  /** Lets time pass and looks at every contender four times a second: at most one of them may lead. */
  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= sampleMs) {
      await this.truth.advance(Math.min(sampleMs, leftMs));
      this.#look();
      expect(this.#violations).toEqual([]);
    }
  }

  /** Lets time pass until the condition holds. @returns how long it took, in milliseconds */
  async passUntil(condition: () => boolean, limitMs = 60_000): Promise<number> {
    const startMs = this.truth.monotonicMs();
    while (!condition()) {
      expect(this.truth.monotonicMs() - startMs, 'the condition should hold by now').toBeLessThan(limitMs);
      await this.pass(sampleMs);
    }
    return this.truth.monotonicMs() - startMs;
  }

  /** Stops whatever still runs, so that no timer is left behind. */
  async end(): Promise<void> {
    for (const contender of this.contenders) {
      contender.clock.resume();
      contender.fault = undefined;
    }
    const stops = this.contenders.map((contender) => contender.stop());
    await this.truth.advance(60_000);
    await Promise.all(stops);
    expect(this.lease.stored?.holder ?? '').toBe('');
  }

  /** A term begins only when the last call of every other one, sent at its very end, has ended too. */
  noteBegin(begun: Contender): void {
    this.terms += 1;
    const nowMs = this.truth.monotonicMs();
    for (const other of this.contenders)
      if (other !== begun && !other.isStopped && nowMs - other.lastHeldMs < times.longestCallMs)
        this.#violations.push(
          `${begun.identity} began ${nowMs - other.lastHeldMs} ms after ${other.identity}`,
        );
    this.#look();
  }

  #look(): void {
    const { leaders } = this;
    for (const leader of leaders) leader.lastHeldMs = this.truth.monotonicMs();
    if (leaders.length > 1)
      this.#violations.push(
        `${leaders.map(({ identity }) => identity)} lead at ${this.truth.monotonicMs()} ms`,
      );
  }
}
