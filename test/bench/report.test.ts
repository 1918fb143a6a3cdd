import { describe, expect, it } from 'vitest';
import { renderTable, toReport, voidReason } from '../../bench/report.ts';

const report = toReport({ scenario: 'burst', objects: 100, runs: 3 }, [
  { system: 'operator', figures: { objectsPerSecond: 120, p99Ms: 8 } },
  { system: 'peerGo', figures: { objectsPerSecond: 100, p99Ms: 20 } },
  { system: 'floor', figures: { objectsPerSecond: 150 } },
  { system: 'operator', figures: { objectsPerSecond: 110, p99Ms: 10, eventLoopDelayP99Ms: 3 } },
  { system: 'peerGo', figures: { objectsPerSecond: 90, p99Ms: 30 } },
  { system: 'floor', figures: { objectsPerSecond: 140 } },
  { system: 'operator', figures: { objectsPerSecond: 130, p99Ms: 12 } },
  { system: 'peerGo', figures: { objectsPerSecond: 80, p99Ms: 25 } },
  { system: 'floor', figures: { objectsPerSecond: 160 } },
]);

describe('the report', () => {
  it('has the median and the spread of each figure of each system', () => {
    expect(report.systems.operator).toEqual({
      objectsPerSecond: { median: 120, min: 110, max: 130 },
      p99Ms: { median: 10, min: 8, max: 12 },
      eventLoopDelayP99Ms: { median: 3, min: 3, max: 3 },
    });
  });

  it('divides the medians of the operator by those of the Go peer, and its speed by that of the bare loop', () => {
    expect(report.ratios).toEqual({
      objectsPerSecond: 120 / 90,
      p99Ms: 10 / 25,
      objectsPerSecondToFloor: 120 / 150,
    });
  });

  it('has no ratio where the peer took no part, or has nothing to divide by', () => {
    const alone = toReport({ scenario: 'burst', objects: 1, runs: 1 }, [
      { system: 'operator', figures: { objectsPerSecond: 120, p99Ms: 8 } },
      { system: 'peerGo', figures: { p99Ms: 0 } },
    ]);
    expect(alone.ratios).toEqual({});
  });

  it('names exactly the members that programs read', () => {
    expect(Object.keys(JSON.parse(JSON.stringify(report)))).toEqual([
      'scenario',
      'objects',
      'runs',
      'systems',
      'ratios',
    ]);
  });

  it('is a table for people, with a dash where a system has no such figure', () => {
    expect(renderTable(report)).toBe(`burst: 100 objects, 3 runs of each system
                          operator       peerGo          floor
objectsPerSecond     120 (110-130)  90 (80-100)  150 (140-160)
p99Ms                    10 (8-12)   25 (20-30)              -
eventLoopDelayP99Ms              3            -              -
operator to peerGo (or floor):
  objectsPerSecond 1.33
  p99Ms 0.40
  objectsPerSecondToFloor 0.80`);
  });

  it.each([
    { usedMs: 2.7, isVoid: false },
    { usedMs: 2.8, isVoid: true },
  ])('is void with a Go peer that needs $usedMs ms of CPU time an object: $isVoid', ({ usedMs, isVoid }) => {
    const measured = toReport({ scenario: 'burst', objects: 1, runs: 1 }, [
      { system: 'peerGo', figures: { operatorCpuPerObject: usedMs } },
    ]);
    expect(voidReason(measured) !== undefined).toBe(isVoid);
    expect(renderTable(measured).includes('void: peerGo used')).toBe(isVoid);
  });
});
