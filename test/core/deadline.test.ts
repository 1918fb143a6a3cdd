import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Deadline, type DeadlineEnd } from '../../src/core/deadline.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function start(signal?: AbortSignal) {
  const clock = new VirtualClock();
  const toError = (end: DeadlineEnd) => new Error(`ended: ${end}`);
  const deadline = new Deadline({ clock, limitMs: 50, toError, signal });
  return { clock, deadline, endless: new Promise<never>(() => {}) };
}

test('Work that takes too long ends with the error that its caller made, and so does its signal', async () => {
  const { clock, deadline, endless } = start();
  const raced = expect(deadline.race(endless)).rejects.toThrow('ended: late');
  await clock.advance(49);
  expect(deadline.error).toBeUndefined();
  await clock.advance(1);
  await raced;
  expect(deadline.signal.reason).toBe(deadline.error);
});

test.each(['before', 'after'])('Work ends when its caller gives up %s it began', async (when) => {
  const caller = new AbortController();
  if (when === 'before') caller.abort();
  const { clock, deadline, endless } = start(caller.signal);
  const raced = expect(deadline.race(endless)).rejects.toThrow('ended: aborted');
  caller.abort();
  await raced;
  await clock.advance(100);
  expect(deadline.error?.message).toBe('ended: aborted');
});

test('Work that ends because the signal aborts, ends with the error of the deadline', async () => {
  const { clock, deadline } = start();
  const work = new Promise<never>((_, reject) => {
    deadline.signal.addEventListener('abort', () => reject(new Error('its own')));
  });
  const raced = expect(deadline.race(work)).rejects.toThrow('ended: late');
  await clock.advance(50);
  await raced;
});

test('Work in time leaves neither a timer nor a listener behind', async () => {
  const caller = new AbortController();
  const { clock, deadline } = start(caller.signal);
  expect(await deadline.race(Promise.resolve('done'))).toBe('done');
  deadline.clear();
  expect(clock.sleeping).toBe(0);
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  await clock.advance(100);
  caller.abort();
  expect(deadline.signal.aborted).toBe(false);
});
