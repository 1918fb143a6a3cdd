import { expect, it } from 'vitest';
import { isLargerThan } from '../../../src/core/json/json-size.ts';

const many = (count: number) => Array.from({ length: count }, () => '');

it.each([
  ['nothing', null, false],
  ['a short text', 'x'.repeat(100), false],
  ['a long text', 'x'.repeat(101), true],
  ['a long name', { ['x'.repeat(90)]: 1 }, true],
  ['many small members', many(10), true],
  ['few', { a: 1, b: { c: 'x' } }, false],
  ['texts that are long together', ['x'.repeat(40), 'x'.repeat(40)], true],
])('%s is larger than 100 characters: %j: %s', (_, value, expected) => {
  expect(isLargerThan(value, 100)).toBe(expected);
});
