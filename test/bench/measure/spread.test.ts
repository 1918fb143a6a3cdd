import { describe, expect, it } from 'vitest';
import { percentile, spreadOf } from '../../../bench/measure/spread.ts';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('percentile', () => {
  it.each([
    { values: hundred, percent: 50, expected: 50 },
    { values: hundred, percent: 99, expected: 99 },
    { values: hundred, percent: 100, expected: 100 },
    { values: hundred, percent: 0, expected: 1 },
    { values: [7], percent: 99, expected: 7 },
    { values: [10, 9, 100], percent: 50, expected: 10 },
  ])('gives the smallest value that $percent % do not exceed', ({ values, percent, expected }) => {
    expect(percentile(values, percent)).toBe(expected);
  });

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses to make a figure of nothing', () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
  });
});

describe('spreadOf', () => {
  it.each([
    { values: [10, 9, 100], expected: { median: 10, min: 9, max: 100 } },
    { values: [4, 1, 3, 2], expected: { median: 2.5, min: 1, max: 4 } },
    { values: [5], expected: { median: 5, min: 5, max: 5 } },
  ])('of $values is $expected', ({ values, expected }) => {
    expect(spreadOf(values)).toEqual(expected);
  });

  it('refuses to make a figure of nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});
