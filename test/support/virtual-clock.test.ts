import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

describe('VirtualClock', () => {
  it('wakes sleepers in the order of their due times, each at its own time', async () => {
    const clock = new VirtualClock();
    const woken: string[] = [];
    for (const [name, ms] of [
      ['late', 300],
      ['early', 100],
      ['also early', 100],
    ] as const)
      void clock.sleep(ms).then(() => woken.push(`${name} at ${clock.monotonicMs()}`));
    await clock.advance(299);
    expect(woken).toEqual(['early at 100', 'also early at 100']);
    await clock.advance(1);
    expect(woken).toHaveLength(3);
    expect(clock.sleeping).toBe(0);
  });

  it('wakes a sleep that began while time was passing', async () => {
    const clock = new VirtualClock();
    const woken: number[] = [];
    void (async () => {
      for (let lap = 0; lap < 3; lap++) {
        await clock.sleep(10);
        woken.push(clock.monotonicMs());
      }
    })();
    await clock.advance(100);
    expect(woken).toEqual([10, 20, 30]);
    expect(clock.monotonicMs()).toBe(100);
  });

  it('ends a sleep at once when its signal aborts, before or during it', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const sleep = clock.sleep(1000, abort.signal);
    abort.abort();
    await sleep;
    await clock.sleep(1000, abort.signal);
    expect(clock.sleeping).toBe(0);
    expect(clock.monotonicMs()).toBe(0);
  });

  it('steps the wall clock without moving monotonic time', () => {
    const clock = new VirtualClock({ startWallMs: 5000 });
    clock.stepWall(-2000);
    expect([clock.wallMs(), clock.monotonicMs()]).toEqual([3000, 0]);
  });

  it('advances sleep by sleep until a condition holds, and says so when it never can', async () => {
    const clock = new VirtualClock();
    let isDone = false;
    void clock.sleep(7000).then(() => {
      isDone = true;
    });
    await clock.advanceUntil(() => isDone);
    expect(clock.monotonicMs()).toBe(7000);
    await expect(clock.advanceUntil(() => false)).rejects.toThrow('nobody sleeps');
  });
});
