import { describe, expect, it } from 'vitest';
import { toSpeedFigures } from '../../../bench/measure/latency.ts';
import { longestGapMs } from '../../../bench/measure/longest-gap.ts';

const applied = [
  { key: 'crowd/a', sentMs: 1000, answeredMs: 1010 },
  { key: 'crowd/b', sentMs: 1200, answeredMs: 1500 },
];

describe('toSpeedFigures', () => {
  it('counts from the first create that was sent to the last object Ready', () => {
    const sightings = new Map([
      ['crowd/a', { versionIdMs: 1100, readyMs: 3000 }],
      ['crowd/b', { versionIdMs: 1900, readyMs: 1950 }],
    ]);
    expect(toSpeedFigures(applied, sightings)).toEqual({
      objectsPerSecond: 1,
      loadedPerSecond: 4,
      p50Ms: 100,
      p99Ms: 700,
      maxMs: 700,
    });
  });

  it('names an object that was never seen to be Ready', () => {
    const sightings = new Map([
      ['crowd/a', { versionIdMs: 1100, readyMs: 3000 }],
      ['crowd/b', { versionIdMs: 1900 }],
    ]);
    expect(() => toSpeedFigures(applied, sightings)).toThrow('crowd/b');
  });
});

describe('longestGapMs', () => {
  it.each([
    { title: 'the wait after the last signs of a leader', moments: [90, 103, 110, 900, 905], expected: 790 },
    { title: 'the wait from the very moment', moments: [90, 700], expected: 600 },
    { title: 'no gap that began later', moments: [101, 110, 130, 9000], expected: 20 },
    { title: 'nothing where nothing came', moments: [50], expected: 0 },
  ])('is $title', ({ moments, expected }) => {
    expect(longestGapMs(moments, 100, 120)).toBe(expected);
  });
});
