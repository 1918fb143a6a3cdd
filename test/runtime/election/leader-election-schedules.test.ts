/** Leader election under schedules of faults that nobody thought of one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Contender, ElectionWorld, type Fault, times } from './election-world.ts';

type Event =
  | { readonly kind: 'fault'; readonly fault: Fault | undefined }
  | { readonly kind: 'latency'; readonly latencyMs: number; readonly answerDelayMs: number }
  | { readonly kind: 'pause'; readonly how: 'stop' | 'suspend'; readonly forMs: number }
  | { readonly kind: 'wall step'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'touch' };

const hosts = 3;
const hourMs = 3_600_000;
const eventArbitrary: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('fault' as const),
    fault: fc.constantFrom<(Fault | undefined)[]>('refused', 'unanswered', 'swallowed', 'late', undefined),
  }),
  fc.record({
    kind: fc.constant('latency' as const),
    latencyMs: fc.integer({ min: 1, max: 2000 }),
    answerDelayMs: fc.integer({ min: 0, max: 4000 }),
  }),
  fc.record({
    kind: fc.constant('pause' as const),
    how: fc.constantFrom('stop' as const, 'suspend' as const),
    forMs: fc.integer({ min: 500, max: 40_000 }),
  }),
  fc.record({ kind: fc.constant('wall step' as const), ms: fc.integer({ min: -hourMs, max: hourMs }) }),
  fc.constant({ kind: 'restart' as const }),
  fc.constant({ kind: 'touch' as const }),
);
const scheduleArbitrary = fc.record({
  offsets: fc.array(fc.integer({ min: -hourMs, max: hourMs }), { minLength: hosts, maxLength: hosts }),
  fractions: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
  steps: fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 12_000 }),
      who: fc.nat({ max: hosts - 1 }),
      event: eventArbitrary,
    }),
    { minLength: 5, maxLength: 25 },
  ),
});

/** One host runs one process after another: the next one starts when the last one was stopped, or lost the lease. */
class Host {
  readonly #join: () => Contender;
  #process: Contender;
  #isPaused = false;
  #setBackMs = Number.NEGATIVE_INFINITY;

  constructor(join: () => Contender) {
    this.#join = join;
    this.#process = join();
  }

  get process(): Contender {
    if (this.#process.timesLost > 0) this.#restart();
    return this.#process;
  }

  suffer(event: Event, world: ElectionWorld): void {
    const { process } = this;
    switch (event.kind) {
      case 'fault':
        process.fault = event.fault;
        return;
      case 'latency':
        process.latencyMs = event.latencyMs;
        process.answerDelayMs = event.answerDelayMs;
        return;
      case 'pause':
        this.#pause(process, event, world);
        return;
      case 'wall step':
        if (!this.#isPaused) this.#stepWall(process, event.ms, world);
        return;
      case 'restart':
        if (!this.#isPaused) this.#restart();
        return;
      case 'touch':
        if (world.lease.stored) world.lease.write(world.lease.stored);
        return;
    }
  }

  heal(): void {
    this.#isPaused = false;
    this.process.clock.resume();
    this.process.fault = undefined;
    this.process.latencyMs = 5;
    this.process.answerDelayMs = 0;
  }

  #restart(): void {
    void this.#process.stop();
    this.#process = this.#join();
  }

  #stepWall({ clock }: Contender, ms: number, { truth }: ElectionWorld): void {
    if (ms < 0) this.#setBackMs = truth.monotonicMs();
    clock.stepWall(ms);
  }

  #pause({ clock }: Contender, { how, forMs }: Event & { kind: 'pause' }, { truth }: ElectionWorld): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    // Until a renewal has begun after it, a wall clock that was set back hides a suspension: no clock shows that one.
    const isHidden = truth.monotonicMs() - this.#setBackMs <= times.renewDeadlineMs;
    clock[isHidden ? 'stop' : how]();
    void truth.sleep(forMs).then(() => {
      clock.resume();
      this.#isPaused = false;
    });
  }
}

test('two never lead at once, whatever befalls them, and one leads again once it is over', async () => {
  let terms = 0;
  const property = fc.asyncProperty(scheduleArbitrary, async ({ offsets, fractions, steps }) => {
    const world = new ElectionWorld();
    const fraction = () => fractions.next().value ?? 0;
    const crew = offsets.map((wallOffsetMs, index) => {
      const monotonicOffsetMs = index * hourMs;
      return new Host(() => world.join({ wallOffsetMs, monotonicOffsetMs, fraction }));
    });
    for (const { afterMs, who, event } of steps) {
      await world.pass(afterMs);
      crew[who]?.suffer(event, world);
    }
    for (const host of crew) host.heal();
    await world.pass(60_000);
    for (const host of crew) host.heal();
    await world.pass(60_000);
    expect(world.leaders).toHaveLength(1);
    terms += world.terms;
    await world.end();
  });
  await fc.assert(property, { numRuns: 100 });
  expect(terms).toBeGreaterThan(150);
});
