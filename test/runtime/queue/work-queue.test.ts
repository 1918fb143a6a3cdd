import { describe, expect, it } from 'vitest';
import type { Random } from '../../../src/core/random.ts';
import { systemClock } from '../../../src/operator/system-clock.ts';
import { WorkQueue } from '../../../src/runtime/queue/work-queue.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp({ fraction = 0.5 } = {}) {
  const clock = new VirtualClock();
  const random: Random = { uuid: () => 'unused', fraction: () => fraction };
  return { clock, queue: new WorkQueue({ clock, random }) };
}

/** Takes and gives back keys until none is ready, and returns them in order. */
async function takeAll(queue: WorkQueue): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  while (queue.size > 0) {
    const key = await queue.get();
    keys.push(key);
    queue.done(key ?? '');
  }
  return keys;
}

describe('WorkQueue', () => {
  it('lets time pass for a delay that is only the rounding error of a difference', async () => {
    const { queue, clock } = setUp();
    await clock.advance(2_217_104.5537756328);
    queue.addAfter('a/1', 2.3e-10);
    expect(clock.nextDueInMs).toBeCloseTo(1);
  });

  it('hands out a key once however often it was added', async () => {
    const { queue } = setUp();
    for (let time = 0; time < 3; time++) queue.add('a/1');
    expect(queue.size).toBe(1);
    expect(await takeAll(queue)).toEqual(['a/1']);
  });

  it('gives a key that was added during work to no second worker, and once more after the work', async () => {
    const { clock, queue } = setUp();
    queue.add('a/1');
    await queue.get();
    queue.add('a/1');
    queue.add('a/1', 'backlog');
    const handedOut: (string | undefined)[] = [];
    void queue.get().then((key) => handedOut.push(key));
    await clock.settle();
    expect(handedOut).toEqual([]);
    queue.done('a/1');
    await clock.settle();
    expect(handedOut).toEqual(['a/1']);
    queue.done('a/1');
    expect(queue.size).toBe(0);
  });

  it('hands out live keys before the backlog, and a live add moves a key out of the backlog', async () => {
    const { queue } = setUp();
    for (const key of ['a/old-1', 'a/old-2']) queue.add(key, 'backlog');
    for (const key of ['a/new', 'a/old-2']) queue.add(key);
    queue.add('a/new', 'backlog');
    expect(await takeAll(queue)).toEqual(['a/new', 'a/old-2', 'a/old-1']);
  });

  it('lets the backlog have its share of turns while live keys keep coming', async () => {
    const { queue } = setUp();
    for (let n = 0; n < 3; n++) queue.add(`a/old-${n}`, 'backlog');
    for (let n = 0; n < 21; n++) queue.add(`a/new-${n}`);
    const keys = await takeAll(queue);
    expect(keys.flatMap((key, index) => (key?.startsWith('a/old') ? [index] : []))).toEqual([7, 15, 23]);
  });

  it('lets namespaces take turns within a lane', async () => {
    const { queue } = setUp();
    for (const key of ['big/1', 'big/2', 'big/3', 'big/4', 'small/1', 'small/2', 'tiny/1']) queue.add(key);
    const inTurns = ['big/1', 'small/1', 'tiny/1', 'big/2', 'small/2', 'big/3', 'big/4'];
    expect(await takeAll(queue)).toEqual(inTurns);
  });

  it('gives the newest key of a namespace one take in eight, however many wait', async () => {
    const { queue } = setUp();
    for (let n = 1; n <= 1000; n++) queue.add(`a/${n}`);
    const keys = await takeAll(queue);
    expect(keys.slice(0, 16)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 1000, 8, 9, 10, 11, 12, 13, 14, 999].map((n) => `a/${n}`),
    );
    expect(new Set(keys).size).toBe(1000);
  });

  it('does not take a key for new that was added while a worker held it, or that was due', async () => {
    const { clock, queue } = setUp();
    queue.add('a/held');
    queue.addAfter('a/due', 1000);
    expect(await queue.get()).toBe('a/held');
    for (let n = 1; n <= 20; n++) queue.add(`a/${n}`);
    queue.add('a/held');
    queue.done('a/held');
    await clock.advance(1000);
    expect((await takeAll(queue)).slice(6, 8)).toEqual(['a/7', 'a/20']);
  });

  it.each([
    { title: 'a later delay', laterMs: 9000 },
    { title: 'an earlier delay', laterMs: 1000 },
    { title: 'the same delay', laterMs: 5000 },
  ])('keeps the earlier of two delays, given $title', async ({ laterMs }) => {
    const { clock, queue } = setUp();
    queue.addAfter('a/1', 5000);
    queue.addAfter('a/1', laterMs);
    const dueMs = Math.min(5000, laterMs);
    await clock.advance(dueMs - 1);
    expect(queue.size).toBe(0);
    await clock.advance(1);
    expect(await takeAll(queue)).toEqual(['a/1']);
    await clock.advance(10_000);
    expect(queue.size).toBe(0);
  });

  it('drops a delay when the key is added at once, and ignores a delay while the key is ready', async () => {
    const { clock, queue } = setUp();
    queue.addAfter('a/1', 5000);
    queue.add('a/1');
    queue.addAfter('a/1', 1000);
    expect(await takeAll(queue)).toEqual(['a/1']);
    await clock.advance(10_000);
    expect(queue.size).toBe(0);
  });

  it('runs one timer for all delays', async () => {
    const { clock, queue } = setUp();
    for (let n = 1000; n > 0; n--) queue.addAfter(`a/${n}`, n);
    expect(clock.sleeping).toBe(1);
    await clock.advance(1000);
    expect(await takeAll(queue)).toHaveLength(1000);
    expect(clock.sleeping).toBe(0);
  });

  it('refuses a delay that is not a number', () => {
    const { queue } = setUp();
    expect(() => queue.addAfter('a/1', Number.NaN)).toThrow(RangeError);
  });

  it('retries with a back-off that doubles up to five minutes, until the failures are forgotten', async () => {
    const { clock, queue } = setUp({ fraction: 0.999_999 });
    const delays: number[] = [];
    for (let failure = 0; failure < 10; failure++) {
      queue.add('a/1');
      queue.done((await queue.get()) ?? '');
      delays.push(Math.round(queue.retry('a/1') / 1000));
      await clock.advance(300_000);
      await takeAll(queue);
    }
    expect(delays).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    queue.forget('a/1');
    expect(queue.retry('a/1')).toBeLessThan(2000);
  });

  it('puts a retry behind what is new', async () => {
    const { clock, queue } = setUp();
    queue.retry('a/failed');
    await clock.advance(300_000);
    queue.add('a/new');
    expect(await takeAll(queue)).toEqual(['a/new', 'a/failed']);
  });

  it('ends every wait and hands out nothing more once shut down', async () => {
    const { clock, queue } = setUp();
    const waiting = queue.get();
    void queue.shutDown();
    expect(await waiting).toBeUndefined();
    queue.add('a/1');
    queue.addAfter('a/2', 1);
    await clock.advance(1);
    expect(await queue.get()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  it('drains: a shutdown resolves when the last key under work is done', async () => {
    const { clock, queue } = setUp();
    for (const key of ['a/1', 'a/2', 'a/3']) queue.add(key);
    await queue.get();
    await queue.get();
    queue.addAfter('a/4', 60_000);
    let isDrained = false;
    void queue.shutDown().then(() => {
      isDrained = true;
    });
    queue.done('a/1');
    await clock.settle();
    expect(isDrained).toBe(false);
    queue.done('a/2');
    await clock.settle();
    expect(isDrained).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it('gets a key out though the rest of its delay is less than its clock can add', async () => {
    let worldMs = 8_388_046.961;
    let sleeps = 0;
    const clock = {
      wallMs: () => worldMs,
      // With these the rest of the second delay is half of the last bit of `worldMs`.
      monotonicMs: () => worldMs + 231.922 - 468_943.445,
      async sleep(ms: number, signal?: AbortSignal) {
        await Promise.resolve();
        if (signal?.aborted) return;
        expect(++sleeps, `asleep again and again, for ${ms} ms`).toBeLessThan(10);
        worldMs += ms;
      },
    };
    const queue = new WorkQueue({ clock, random: { uuid: () => '', fraction: () => 0 } });
    queue.addAfter('shop/a', 1000);
    worldMs += 154.9219;
    queue.addAfter('shop/b', 10);
    expect(await queue.get()).toBe('shop/b');
    expect(await queue.get()).toBe('shop/a');
  });

  it('hands out 100,000 keys of many namespaces, delayed ones among them, each once, on the real clock', async () => {
    const queue = new WorkQueue({ clock: systemClock, random: { uuid: () => '', fraction: () => 0 } });
    for (let n = 0; n < 100_000; n++) {
      const key = `ns-${n % 50}/object-${n}`;
      if (n % 2 === 0) queue.add(key, n % 4 === 0 ? 'live' : 'backlog');
      else queue.addAfter(key, (n * 7919) % 50);
    }
    const seen = new Set<string | undefined>();
    while (seen.size < 100_000) {
      const key = await queue.get();
      expect(seen.has(key)).toBe(false);
      seen.add(key);
      queue.done(key ?? '');
    }
    expect(queue.size).toBe(0);
  });
});
