import { describe, expect, test } from 'vitest';
import { LeaseTerm } from '../../../src/runtime/election/lease-term.ts';
import { momentOf } from '../../../src/runtime/moment.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const limitMs = 10_000;

function begin() {
  const clock = new VirtualClock({ settleTurns: 1 });
  return { clock, term: new LeaseTerm(clock, momentOf(clock), limitMs) };
}

describe('a term', () => {
  test('is held for less than its limit after the last renewal was sent', async () => {
    const { clock, term } = begin();
    await clock.advance(6000);
    const sentAt = momentOf(clock);
    await clock.advance(3000);
    term.renew(sentAt);
    expect(term.leftMs()).toBe(limitMs - 3000);
    await clock.advance(limitMs - 3001);
    expect(term.isHeld()).toBe(true);
    await clock.advance(1);
    expect(term.isHeld()).toBe(false);
    expect(term.leftMs()).toBe(0);
  });

  test('is not revived by an answer that came too late, though nobody asked in between', async () => {
    const { clock, term } = begin();
    await clock.advance(9000);
    const sentAt = momentOf(clock);
    await clock.advance(2000);
    term.renew(sentAt);
    expect(term.isHeld()).toBe(false);
  });

  test('is not revived by a wall clock that is set back', () => {
    const { clock, term } = begin();
    clock.stepWall(limitMs);
    expect(term.isHeld()).toBe(false);
    clock.stepWall(-limitMs);
    expect(term.isHeld()).toBe(false);
  });

  test('ends when it is ended', () => {
    const { clock, term } = begin();
    term.end();
    term.renew(momentOf(clock));
    expect(term.isHeld()).toBe(false);
  });
});
