import { describe, expect, it } from 'vitest';
import type { Logger } from '../../src/core/logger.ts';
import { type ControllerOptions, createController } from '../../src/runtime/controller.ts';
import type { Outcome } from '../../src/runtime/outcome.ts';
import { WorkQueue } from '../../src/runtime/queue/work-queue.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

interface LogLine {
  readonly level: string;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

function recordingLogger(lines: LogLine[], bound: object = {}): Logger {
  const at = (level: string) => (fields: object, message: string) =>
    lines.push({ level, fields: { ...bound, ...fields }, message });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingLogger(lines, { ...bound, ...fields }),
  };
}

function setUp(reconcile: ControllerOptions['reconcile'], concurrency = 2) {
  const clock = new VirtualClock();
  const queue = new WorkQueue({ clock, random: { uuid: () => '', fraction: () => 0.5 } });
  const lines: LogLine[] = [];
  const logger = recordingLogger(lines);
  const controller = createController({ name: 'thing', queue, reconcile, concurrency, logger, clock });
  controller.start();
  return { clock, queue, lines, controller };
}

/** A reconcile that tells which passes are under way and ends each when told to. */
function heldPasses() {
  const running = new Map<string, (outcome: Outcome) => void>();
  const signals: AbortSignal[] = [];
  const reconcile = (key: string, signal: AbortSignal): Promise<Outcome> => {
    signals.push(signal);
    return new Promise<Outcome>((resolve) => running.set(key, resolve)).finally(() => running.delete(key));
  };
  return { running, signals, reconcile };
}

const done: Outcome = { kind: 'done' };

describe('the controller loop', () => {
  it('works on as many objects at a time as it is told, and never twice on one', async () => {
    const { running, reconcile } = heldPasses();
    const { clock, queue, controller } = setUp(reconcile, 2);
    for (const key of ['a/1', 'a/2', 'a/3']) queue.add(key);
    await clock.settle();
    queue.add('a/1');
    await clock.settle();
    expect([...running.keys()]).toEqual(['a/1', 'a/2']);
    running.get('a/1')?.(done);
    await clock.settle();
    expect([...running.keys()]).toEqual(['a/2', 'a/3']);
    running.get('a/3')?.(done);
    await clock.settle();
    expect([...running.keys()]).toEqual(['a/2', 'a/1']);
    for (const end of [...running.values()]) end(done);
    await controller.stop();
  });

  it.each([
    [20, 18],
    [8, 6],
    [4, 3],
    [3, 3],
    [1, 1],
  ])('of %i workers lets one namespace hold %i, and serves others meanwhile', async (concurrency, most) => {
    const { running, reconcile } = heldPasses();
    const { clock, queue, controller } = setUp(reconcile, concurrency);
    for (let n = 0; n < 30; n++) queue.add(`a/${n}`);
    await clock.settle();
    expect(running.size).toBe(most);
    for (let n = most; n < concurrency; n++) queue.add(`b/${n}`, 'backlog');
    await clock.settle();
    expect([...running.keys()].filter((key) => key.startsWith('b/'))).toHaveLength(concurrency - most);
    running.get('a/0')?.(done);
    await clock.settle();
    expect(running.has(`a/${most}`)).toBe(true);
    void controller.stop();
    for (const end of [...running.values()]) end(done);
    await controller.stop();
  });

  const outcomes: { title: string; outcome: Outcome; passesAtMs: number[] }[] = [
    { title: 'rests after done', outcome: { kind: 'done' }, passesAtMs: [0] },
    { title: 'comes back when told', outcome: { kind: 'again', afterMs: 4000 }, passesAtMs: [0, 4000, 8000] },
    // Half of the jitter: 1.5 s, 2.5 s, 4.5 s between the passes.
    { title: 'backs off on retry', outcome: { kind: 'retry' }, passesAtMs: [0, 1500, 4000, 8500] },
  ];
  it.each(outcomes)('$title', async ({ outcome, passesAtMs }) => {
    const passes: number[] = [];
    const { clock, queue, controller } = setUp(async () => {
      passes.push(clock.monotonicMs());
      return outcome;
    });
    queue.add('a/1');
    await clock.advance(9000);
    expect(passes).toEqual(passesAtMs);
    await controller.stop();
  });

  it('keeps a wait that the API server asks for, without an error in the log', async () => {
    const passes: number[] = [];
    const { clock, queue, controller, lines } = setUp(async () => {
      passes.push(clock.monotonicMs());
      throw Object.assign(new Error('429 TooManyRequests'), { retryAfterMs: 30_000 });
    });
    queue.add('a/1');
    await clock.advance(70_000);
    expect(passes).toEqual([0, 30_000, 60_000]);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(lines.find(({ level }) => level === 'info')?.fields).toMatchObject({
      name: '1',
      retryInMs: 30_000,
      reason: '429 TooManyRequests',
    });
    await controller.stop();
  });

  it.each<Outcome>([done, { kind: 'again', afterMs: 60_000 }])(
    'forgets earlier failures after $kind',
    async (good) => {
      const outcomes: Outcome[] = [{ kind: 'retry' }, { kind: 'retry' }, good, { kind: 'retry' }];
      const passes: number[] = [];
      const { clock, queue, controller } = setUp(async () => {
        passes.push(clock.monotonicMs());
        return outcomes.shift() ?? done;
      });
      queue.add('a/1');
      await clock.advance(4000);
      queue.add('a/1');
      await clock.advance(2000);
      const [lastFailureMs = 0, nextMs] = passes.slice(-2);
      expect(nextMs).toBe(lastFailureMs + 1500);
      await controller.stop();
    },
  );

  it('logs what a pass throws with the key, backs off and goes on with others', async () => {
    const bug = new TypeError('undefined is not a function');
    const passes: string[] = [];
    const { clock, queue, lines, controller } = setUp((key) => {
      passes.push(key);
      if (key === 'shop/broken') throw bug;
      return Promise.resolve(done);
    }, 1);
    for (const key of ['shop/broken', 'shop/fine']) queue.add(key);
    await clock.advance(1499);
    expect(passes).toEqual(['shop/broken', 'shop/fine']);
    await clock.advance(1);
    expect(passes).toEqual(['shop/broken', 'shop/fine', 'shop/broken']);
    const fields = { controller: 'thing', namespace: 'shop', name: 'broken', error: bug, retryInMs: 1500 };
    expect(lines.find(({ level }) => level === 'error')).toEqual({
      level: 'error',
      fields,
      message: 'Reconciler error',
    });
    await controller.stop();
  });

  it('takes a delay that is not a number for the bug of that one object', async () => {
    const outcomes: Outcome[] = [{ kind: 'again', afterMs: Number.NaN }];
    let passes = 0;
    const { clock, queue, lines, controller } = setUp(async () => {
      passes++;
      return outcomes.shift() ?? done;
    });
    queue.add('a/1');
    await clock.advance(1500);
    expect(passes).toBe(2);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    await controller.stop();
  });

  it('stops by starting nothing new, telling the passes under way and waiting for them', async () => {
    const { running, signals, reconcile } = heldPasses();
    const { clock, queue, controller } = setUp(reconcile, 2);
    for (const key of ['a/1', 'a/2', 'a/3']) queue.add(key);
    await clock.settle();
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
    let isStopped = false;
    const stopped = controller.stop().then(() => {
      isStopped = true;
    });
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    running.get('a/1')?.({ kind: 'again', afterMs: 1 });
    await clock.advance(10);
    expect([...running.keys()]).toEqual(['a/2']);
    expect(isStopped).toBe(false);
    running.get('a/2')?.(done);
    await stopped;
    expect(signals).toHaveLength(2);
  });

  it('lets the event loop turn between passes that need no I/O', async () => {
    let passes = 0;
    const { queue, controller } = setUp(async () => {
      passes++;
      return done;
    }, 1);
    for (let n = 0; n < 1000; n++) queue.add(`a/${n}`);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(passes).toBeLessThan(1000);
    await controller.stop();
  });
});
