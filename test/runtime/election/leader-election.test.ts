import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLeaderElection } from '../../../src/runtime/election/leader-election.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { ElectionWorld, type Fault, times } from './election-world.ts';

let world: ElectionWorld;
beforeEach(() => {
  world = new ElectionWorld();
});
afterEach(() => world.end());

const hourMs = 3_600_000;
const longestRetryMs = times.retryPeriodMs * 2.2;

describe('the lease', () => {
  test('is made by the first process, which leads at once', async () => {
    const first = world.join();
    await world.pass(1000);
    expect(first.isLeading).toBe(true);
    expect(world.lease.stored).toMatchObject({ holder: first.identity, durationMs: 20_000, transitions: 0 });
  });

  test('is made by one alone where several start together', async () => {
    for (let count = 0; count < 3; count += 1) world.join();
    await world.pass(60_000);
    expect(world.leaders).toHaveLength(1);
    expect(world.terms).toBe(1);
  });

  test('is renewed every retry period by one write and no read', async () => {
    const leader = world.join();
    await world.pass(1000);
    const { acquiredWallMs } = world.lease.writes[0] ?? {};
    await world.pass(60_000);
    expect(world.lease.writes.length).toBeGreaterThanOrEqual(29);
    expect(world.lease.writes.length).toBeLessThanOrEqual(31);
    expect(world.lease.stored).toMatchObject({ holder: leader.identity, acquiredWallMs, transitions: 0 });
  });

  test('gets a new version by each renewal, also where the clock reads the same twice', async () => {
    const leader = world.join();
    world.join();
    for (let second = 0; second < 60; second += 2) {
      await world.pass(2000);
      // The next renewal, a retry period and a round trip later, then has the same time.
      leader.clock.stepWall(-(times.retryPeriodMs + 2 * leader.latencyMs));
    }
    expect(leader.isLeading).toBe(true);
    expect(world.terms).toBe(1);
  });
});

describe('a waiting process', () => {
  test.for([
    { title: 'in step', wallOffsetMs: 0 },
    { title: 'an hour ahead', wallOffsetMs: hourMs },
    { title: 'an hour behind', wallOffsetMs: -hourMs },
  ])('takes over once the lease has stood still for its duration, its wall clock $title', async (row) => {
    const leader = world.join();
    await world.pass(1000);
    const other = world.join({ wallOffsetMs: row.wallOffsetMs, monotonicOffsetMs: 7 * hourMs });
    await world.pass(60_000);
    expect(leader.isLeading).toBe(true);
    leader.clock.stop();
    const { writes } = world.lease;
    const lastWallMs = writes.at(-1)?.renewedWallMs ?? 0;
    await world.passUntil(() => other.isLeading);
    expect(world.truth.wallMs() - lastWallMs).toBeGreaterThanOrEqual(times.leaseMs);
    expect(world.truth.wallMs() - lastWallMs).toBeLessThan(times.leaseMs + 2 * longestRetryMs);
    expect(world.lease.stored).toMatchObject({ holder: other.identity, transitions: 1 });
    expect(world.lease.stored?.acquiredWallMs).toBe(writes.at(-1)?.acquiredWallMs);
    expect(Math.abs((world.lease.stored?.acquiredWallMs ?? 0) - other.clock.wallMs())).toBeLessThan(5000);
  });

  test.for([15_000, 40_000])(
    'waits for the %i ms that the lease says, from its own first read, however old the lease is',
    async (durationMs) => {
      const wallMs = world.truth.wallMs() - hourMs;
      world.lease.write({
        ...{ holder: 'gone', durationMs, transitions: 4 },
        ...{ acquiredWallMs: wallMs, renewedWallMs: wallMs },
      });
      const other = world.join();
      const waitedMs = await world.passUntil(() => other.isLeading);
      expect(waitedMs).toBeGreaterThanOrEqual(durationMs);
      expect(waitedMs).toBeLessThan(durationMs + longestRetryMs + 1_000);
      expect(world.lease.stored).toMatchObject({ transitions: 5, durationMs: times.leaseMs });
    },
  );

  test('takes a lease without a duration for one of its own duration', async () => {
    const wallMs = world.truth.wallMs();
    const odd = { holder: 'odd', durationMs: undefined, transitions: 0 };
    world.lease.write({ ...odd, acquiredWallMs: wallMs, renewedWallMs: wallMs });
    const other = world.join();
    expect(await world.passUntil(() => other.isLeading)).toBeGreaterThanOrEqual(times.leaseMs);
  });

  test('gives the holder of a deleted lease the time to notice', async () => {
    const leader = world.join();
    const other = world.join();
    await world.passUntil(() => leader.isLeading);
    await world.pass(10_000);
    leader.fault = 'swallowed';
    world.lease.delete();
    await world.passUntil(() => other.isLeading);
    expect(leader.timesLost).toBe(1);
  });

  test('says once who leads', async () => {
    const leader = world.join();
    await world.pass(1000);
    const other = world.join();
    await world.pass(30_000);
    expect(other.log.messages('info')).toEqual(['New leader elected']);
    expect(other.log.lines[0]?.fields).toMatchObject({ holder: leader.identity });
  });

  test('can be stopped without a write', async () => {
    world.join();
    await world.pass(1000);
    const other = world.join();
    await world.pass(10_000);
    const written = world.lease.writes.filter(({ holder }) => holder === other.identity);
    await other.stop();
    expect(written).toEqual([]);
    expect(other.log.messages('info')).not.toContain('Released the lease');
  });
});

describe('a leader', () => {
  test.for<Fault>(['refused', 'unanswered', 'swallowed', 'late'])(
    'whose calls are %s stops acting 10 s after its last renewal began and says so once',
    async (fault) => {
      const leader = world.join();
      await world.passUntil(() => leader.isLeading);
      const { term } = leader;
      leader.fault = fault;
      const lostInMs = await world.passUntil(() => leader.timesLost > 0);
      expect(lostInMs).toBeGreaterThanOrEqual(times.renewDeadlineMs - times.retryPeriodMs - 500);
      expect(lostInMs).toBeLessThanOrEqual(times.renewDeadlineMs + 500);
      leader.fault = undefined;
      await world.pass(60_000);
      expect(term?.isHeld()).toBe(false);
      expect(leader).toMatchObject({ isLeading: false, timesLost: 1 });
      expect(leader.log.messages('error')).toEqual(['Lost the lease']);
    },
  );

  test.for<Fault>(['refused', 'unanswered', 'swallowed'])(
    'goes on in the same term after some seconds of calls that are %s',
    async (fault) => {
      const leader = world.join();
      world.join();
      await world.passUntil(() => leader.isLeading);
      const { term } = leader;
      for (let round = 0; round < 10; round += 1) {
        leader.fault = fault;
        await world.pass(4000);
        leader.fault = undefined;
        await world.pass(6000);
      }
      expect(leader.term).toBe(term);
      expect(term?.isHeld()).toBe(true);
      expect(world.terms).toBe(1);
    },
  );

  test('counts from when a renewal was sent, as others may count from when it arrived', async () => {
    const leader = world.join();
    const other = world.join();
    await world.passUntil(() => leader.isLeading);
    leader.answerDelayMs = 3500;
    for (let second = 0; second < 60; second += 1) {
      await world.pass(1000);
      expect(leader.isLeading).toBe(true);
    }
    leader.fault = 'swallowed';
    await world.passUntil(() => other.isLeading);
  });

  test('whose first write had no answer begins its term only with an answer', async () => {
    const leader = world.join();
    leader.fault = 'unanswered';
    await world.pass(20_000);
    expect(world.lease.stored?.holder).toBe(leader.identity);
    expect(leader.isLeading).toBe(false);
    leader.fault = undefined;
    await world.passUntil(() => leader.isLeading);
    expect(world.lease.stored?.transitions).toBe(0);
  });

  test.for(['stop', 'suspend'] as const)('refuses to act when it wakes up from a %s', async (pause) => {
    const leader = world.join();
    const other = world.join();
    await world.passUntil(() => leader.isLeading);
    const { term } = leader;
    leader.clock[pause]();
    await world.passUntil(() => other.isLeading);
    leader.clock.resume();
    expect(term?.isHeld()).toBe(false);
    await world.passUntil(() => leader.timesLost > 0);
    await world.pass(60_000);
    expect(term?.isHeld()).toBe(false);
    expect(other.isLeading).toBe(true);
  });

  test('refuses to act after a pause that nobody used to take over', async () => {
    const leader = world.join();
    await world.passUntil(() => leader.isLeading);
    leader.clock.suspend();
    await world.pass(30_000);
    leader.clock.resume();
    await world.passUntil(() => leader.timesLost > 0);
    expect(leader.isLeading).toBe(false);
  });

  test('stays one when a person changes the lease around it, or deletes it', async () => {
    const leader = world.join();
    await world.passUntil(() => leader.isLeading);
    const { term } = leader;
    for (const disturb of [(): unknown => touch(), () => world.lease.delete()]) {
      disturb();
      await world.pass(20_000);
    }
    expect(leader.term).toBe(term);
    expect(world.lease.stored?.holder).toBe(leader.identity);
    function touch() {
      const { stored } = world.lease;
      if (stored) world.lease.write(stored);
    }
  });

  test('gives way as soon as it sees another holder', async () => {
    const leader = world.join();
    await world.passUntil(() => leader.isLeading);
    const { stored } = world.lease;
    if (!stored) expect.unreachable();
    world.lease.write({ ...stored, holder: 'usurper' });
    expect(await world.passUntil(() => !leader.isLeading)).toBeLessThanOrEqual(times.retryPeriodMs + 250);
    await world.passUntil(() => leader.timesLost > 0);
    world.lease.write({ ...stored, holder: '' });
  });

  test('is healthy unless it does not end long after its lease has', async () => {
    const leader = world.join();
    expect(leader.election.isHealthy()).toBe(true);
    await world.passUntil(() => leader.isLeading);
    leader.fault = 'refused';
    await world.pass(30_000);
    expect(leader.election.isHealthy()).toBe(true);
    await world.pass(10_000);
    expect(leader.election.isHealthy()).toBe(false);
  });
});

describe('a stop', () => {
  test('hands over within a retry period', async () => {
    const leader = world.join();
    await world.pass(1000);
    const other = world.join({ fraction: () => 0.999 });
    await world.pass(20_000);
    const { term } = leader;
    const stop = leader.stop();
    expect(term?.isHeld()).toBe(false);
    expect(leader.isLeading).toBe(false);
    expect(await world.passUntil(() => other.isLeading)).toBeLessThanOrEqual(longestRetryMs + 250);
    await stop;
    const released = world.lease.writes.find(({ holder }) => holder === '');
    expect(released).toMatchObject({ durationMs: 1000, transitions: 0 });
    expect(world.lease.stored).toMatchObject({ holder: other.identity, transitions: 1 });
    expect(leader.timesLost).toBe(0);
    expect(leader.log.messages('info')).toContain('Released the lease');
  });

  test('gives back what a write without an answer got', async () => {
    const leader = world.join();
    leader.fault = 'unanswered';
    await world.passUntil(() => world.lease.stored !== undefined);
    leader.fault = undefined;
    const stop = leader.stop();
    await world.pass(1000);
    await stop;
    expect(world.lease.stored?.holder).toBe('');
  });

  test('looks again when somebody wrote in between', async () => {
    const leader = world.join();
    await world.passUntil(() => leader.isLeading);
    const stop = leader.stop();
    // The read is answered after 10 ms, and the write is at the server 5 ms later.
    await world.truth.advance(12);
    const { stored } = world.lease;
    if (stored) world.lease.write(stored);
    await world.pass(1000);
    await stop;
    expect(world.lease.stored?.holder).toBe('');
  });

  test('ends with a warning while the API server does not answer', async () => {
    const leader = world.join();
    await world.passUntil(() => leader.isLeading);
    leader.fault = 'swallowed';
    const stop = leader.stop();
    await world.pass(20_000);
    await stop;
    expect(leader.log.messages('warn')).toEqual(['Failed to release lease, it will expire']);
    leader.fault = undefined;
  });

  test('does not wait for a lease that is held by another', async () => {
    world.join();
    await world.pass(1000);
    const other = world.join();
    const stopping = new AbortController();
    const elected = other.election.elected(stopping.signal);
    stopping.abort();
    await elected;
    expect(other.isLeading).toBe(false);
  });
});

describe('durations', () => {
  test.for([
    [{ leaseMs: 10_000 }, 'leaseMs must exceed renewDeadlineMs'],
    [{ leaseMs: 15_500 }, 'whole seconds'],
    [{ renewDeadlineMs: 2_400 }, 'renewDeadlineMs must exceed 1.2 retryPeriodMs'],
    [{ retryPeriodMs: 0 }, 'retryPeriodMs must be more than 0'],
    [{ longestCallMs: 10_001 }, 'longestCallMs must fit between renewDeadlineMs and leaseMs'],
  ] as const)('%o are refused', ([durations, message]) => {
    const clock = new VirtualClock();
    const { lease } = world;
    const create = () =>
      createLeaderElection({
        lease: lease.client(),
        identity: 'host',
        clock,
        random: { uuid: () => '', fraction: () => 0 },
        logger: world.join().log,
        durations: { ...times, ...durations },
        onLost: () => {},
      });
    expect(create).toThrow(message);
  });
});
