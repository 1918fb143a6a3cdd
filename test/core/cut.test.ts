import { expect, test } from 'vitest';
import { cut } from '../../src/core/cut.ts';

test.each([
  ['short', 'short', 5],
  ['one more', 'one ...', 7],
  ['x'.repeat(2_000_000), `${'x'.repeat(97)}...`, 100],
  ['abcd\u{1F600}efgh', 'abcd...', 8],
])('A text that is cut off says so: %#', (text, expected, maxLength) => {
  expect(cut(text, maxLength)).toBe(expected);
});
