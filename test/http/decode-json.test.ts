import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, maxJsonDepth } from '../../src/http/decode-json.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('decodeJson', () => {
  it('decodes what JSON.parse decodes, brackets and quotes in strings included', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(decodeJson(text)).toEqual(JSON.parse(text));
      }),
    );
    const strings = ['['.repeat(1000), '\\"[{'.repeat(300), '\\', '"', '\\\\"]'];
    expect(decodeJson(JSON.stringify(strings))).toEqual(strings);
  });

  it('takes the greatest depth, and refuses one level more by code', () => {
    expect(decodeJson(nested(maxJsonDepth))).toEqual(JSON.parse(nested(maxJsonDepth)));
    expect(() => decodeJson(nested(maxJsonDepth + 1))).toThrow(
      expect.objectContaining({ code: 'JsonTooDeep' }),
    );
  });

  it.each([
    ['arrays', nested(60_000)],
    ['objects', `${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}`],
    ['arrays without end', '['.repeat(1_000_000)],
  ])('refuses 60,000 levels of %s', (_, text) => {
    expect(() => decodeJson(text)).toThrow(expect.objectContaining({ code: 'JsonTooDeep' }));
  });

  it.each(['', '{', '"', '"\\', '{"a":"b', ']]]', 'welcome'])('refuses %j as no JSON', (text) => {
    expect(() => decodeJson(text)).toThrow(SyntaxError);
  });
});
