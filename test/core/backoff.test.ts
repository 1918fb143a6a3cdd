import { expect, test } from 'vitest';
import { backoffMs } from '../../src/core/backoff.ts';

const failures = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000_000];

test.each([
  ['shortest', 0, Array(10).fill(1_000)],
  ['longest', 1, [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000]],
])('the %s delay after one, two and more failures', (_, fraction, expected) => {
  expect(failures.map((count) => backoffMs(count, fraction))).toEqual(expected);
});

test('a range of its own sets the first and the longest bound', () => {
  const range = { leastMs: 500, mostMs: 3_000 };
  expect([1, 2, 3, 4].map((count) => backoffMs(count, 1, range))).toEqual([1_000, 2_000, 3_000, 3_000]);
  expect(backoffMs(2, 0.5, range)).toBe(1_250);
});
