/** The order in which kinds start and stop, and what they share. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/kube-object.ts';
import type { Change } from '../../src/api/object-cache.ts';
import type { ManagedKind } from '../../src/operator/managed-kind.ts';
import { Manager } from '../../src/operator/manager.ts';
import type { LeaderElection } from '../../src/runtime/election/leader-election.ts';
import { LogRecorder } from '../kube/log-recorder.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const stopLimitMs = 40_000;

function open(names: readonly string[], { mustVerify = false, wokenBy = [] as readonly string[] } = {}) {
  const clock = new VirtualClock();
  const logger = new LogRecorder();
  const events: string[] = [];
  const verifications: (() => void)[] = [];
  const listeners: ((change: Change<KubeObject>) => void)[] = [];
  const step = (name: string) => async () => void events.push(name);
  const toKind = (kind: string): ManagedKind => ({
    kind,
    wokenBy: new Set(wokenBy),
    informer: {
      start: step(`list ${kind}`),
      stop: () => void events.push(`close ${kind}`),
      hasSynced: () => kind !== 'Slow',
      isWatching: () => kind !== 'Silent',
      subscribe: (listener) => void listeners.push(listener),
    } as ManagedKind['informer'],
    controller: {
      start(onVerified) {
        events.push(`start ${kind}`);
        if (onVerified) verifications.push(onVerified);
      },
      stop: kind === 'Stuck' ? () => new Promise(() => {}) : step(`stop ${kind}`),
      unwritten: () => 2,
      logUnwritten: () => void events.push(`log ${kind}`),
      schemaCompleted: () => {},
      changed: (changedKind, { key }) => void events.push(`${kind} hears of ${changedKind} ${key}`),
    },
  });
  const election: LeaderElection = {
    leadership: { term: () => undefined },
    start: () => void events.push('stand'),
    elected: step('elected'),
    isHealthy: () => true,
    mustVerify: () => mustVerify,
    verified: () => void events.push('verified'),
    stop: step('give back'),
  };
  const close = step('disconnect');
  const kinds = names.map(toKind);
  const manager = new Manager({ kinds, election, close, stopLimitMs, concurrency: 4, clock, logger });
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    const running = manager.run(stopping.signal);
    await clock.settle();
    stopping.abort();
    await running;
  };
  return { manager, clock, logger, events, verifications, listeners, stopping, run };
}

test('all caches come first, then the one election, then the workers; and back', async () => {
  const { manager, events, run } = open(['A', 'B']);
  await run();
  expect(events).toEqual(['list A', 'list B', 'stand', 'elected', 'start A', 'start B']);
  events.length = 0;
  await manager.stop();
  expect(events).toEqual(['stop A', 'stop B', 'give back', 'close A', 'close B', 'disconnect']);
});

test('nothing starts once it is to stop', async () => {
  const { events, run, stopping } = open(['A']);
  stopping.abort();
  await run();
  expect(events).toEqual(['list A']);
});

test('the election is told once the objects of every kind are verified', async () => {
  const { events, verifications, run } = open(['A', 'B'], { mustVerify: true });
  await run();
  verifications[0]?.();
  expect(events).not.toContain('verified');
  verifications[1]?.();
  expect(events).toContain('verified');
});

test('a stop that takes too long ends with what is not written in the log', async () => {
  const { manager, clock, events, logger } = open(['A', 'Stuck']);
  const stopped = manager.stop();
  await clock.advance(stopLimitMs);
  await stopped;
  expect(events).toEqual(['stop A', 'log A', 'log Stuck']);
  expect(logger.messages('error')).toEqual(['Stopped before all calls under way had ended']);
});

test('a kind hears of changes of the kinds that wake it, which must be there', () => {
  const { events, listeners } = open(['A'], { wokenBy: ['A'] });
  for (const listener of listeners) listener({ key: 'shop/a', initial: false, own: false });
  expect(events).toEqual(['A hears of A shop/a']);
  expect(() => open(['A'], { wokenBy: ['B'] })).toThrow('A is woken by B, which is not in the list of kinds');
});

test('it is ready when all caches are, and says how many outcomes wait', () => {
  expect([open(['A']).manager.hasSynced(), open(['A', 'Slow']).manager.hasSynced()]).toEqual([true, false]);
  expect([open(['A']).manager.isWatching(), open(['A', 'Silent']).manager.isWatching()]).toEqual([
    true,
    false,
  ]);
  expect(open(['A', 'B']).manager.unwritten()).toBe(4);
});
