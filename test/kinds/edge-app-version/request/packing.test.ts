import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinEnv, joinParts, sortJoinedEnv } from '../../../../src/kinds/edge-app-version/request/packing.ts';
import { phrases, textWithout, words } from '../arbitrary-version.ts';
import { splitEnv, splitParts } from './split-packed.ts';

describe('joinParts', () => {
  test.each([
    [['/bin/server'], '/bin/server'],
    [['--port', '8080'], '--port 8080'],
    [['sh', 'poststart.sh', 'echo hello world'], 'sh poststart.sh "echo hello world"'],
    [['a\u00a0b'], '"a\u00a0b"'],
  ])('joins %j to %s where blanks are quoted', (parts, joined) => {
    expect(joinParts(parts, 'quote')).toBe(joined);
  });

  test('refuses a part with a blank where blanks are refused', () => {
    expect(() => joinParts(['sh', 'a b'], 'refuse')).toThrow(RangeError);
  });

  test('gives a text that reads back as the same parts', () => {
    fc.assert(
      fc.property(phrases, (parts) => {
        expect(splitParts(joinParts(parts, 'quote'))).toEqual(parts);
      }),
    );
  });

  test('needs no quotes for parts without blanks, whatever the setting', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('refuse' as const, 'quote' as const), (parts, blanks) => {
        expect(joinParts(parts, blanks).split(' ')).toEqual(parts);
      }),
    );
  });
});

describe('joinEnv', () => {
  const variable = fc.record({
    name: textWithout(/[\s=,]/, { minLength: 1, maxLength: 10 }),
    value: textWithout(/[,\r\n]/, { minLength: 0, maxLength: 10 }),
  });
  const variables = fc.uniqueArray(variable, { selector: ({ name }) => name, minLength: 1, maxLength: 6 });

  test('gives a text that reads back as the same variables in the same order', () => {
    fc.assert(
      fc.property(variables, (env) => {
        expect(splitEnv(joinEnv(env))).toEqual(env);
      }),
    );
  });

  test('keeps blanks and equals signs in a value', () => {
    expect(joinEnv([{ name: 'TITLE', value: 'My App=1' }])).toBe('TITLE=My App=1');
  });

  test.each([
    ['b=1,B=2,_a=3', 'B=2,_a=3,b=1'],
    ['A1=x,A=y', 'A=y,A1=x'],
    ['A-=x,A=y', 'A=y,A-=x'],
  ])('sorts %s by name, in code units, to %s', (joined, sorted) => {
    expect(sortJoinedEnv(joined)).toBe(sorted);
  });
});
