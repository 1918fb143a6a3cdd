import { describe, expect, it } from 'vitest';
import { ReconnectPace } from '../../src/kube/reconnect-pace.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function createPace(fraction = 1) {
  const clock = new VirtualClock();
  const pace = new ReconnectPace(clock, { uuid: () => '', fraction: () => fraction });
  /** A connection that lasted so long. */
  const connect = async (lastedMs: number) => {
    pace.onConnecting();
    await clock.advance(lastedMs);
  };
  return { pace, connect };
}

describe('after a failure', () => {
  it.each([
    ['most', 1, [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]],
    ['least', 0, Array(8).fill(400)],
  ])('the delay is at %s', async (_, fraction, expected) => {
    const { pace, connect } = createPace(fraction);
    await connect(0);
    expect(expected.map(() => pace.afterFailure())).toEqual(expected);
  });

  it('the delay begins anew after a connection that held for a minute', async () => {
    const { pace, connect } = createPace();
    await connect(59_000);
    expect([pace.afterFailure(), pace.afterFailure()]).toEqual([800, 1600]);
    await connect(60_000);
    expect(pace.afterFailure()).toBe(800);
  });
});

describe('after an orderly end', () => {
  it('there is no delay, unless ends come again and again at once', async () => {
    const { pace, connect } = createPace();
    await connect(100);
    expect(Array.from({ length: 10 }, () => pace.afterEnd())).toEqual(Array(10).fill(0));
    expect(pace.afterEnd()).toBe(800);
    await connect(1000);
    expect(pace.afterEnd()).toBe(0);
  });
});
