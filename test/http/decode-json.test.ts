import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, maxJsonDepth, maxValues } from '../../src/http/decode-json.ts';

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

  const many = (part: string) => `[${Array.from({ length: maxValues + 1 }, () => part).join(',')}]`;
  it.each([
    ['numbers', many('0')],
    ['empty arrays', many('[]')],
    ['small objects', many('{"a":0}')],
    ['members', `{${Array.from({ length: maxValues + 1 }, (_, index) => `"${index}":0`).join(',')}}`],
    ['empty texts', many('""')],
  ])('refuses more than the limit of %s by code', (_, text) => {
    expect(() => decodeJson(text)).toThrow(expect.objectContaining({ code: 'ResponseTooLarge' }));
  });

  it('takes what has as many values as the limit, and long texts full of commas', () => {
    const most = `[${Array.from({ length: maxValues - 1 }, () => '0').join(',')}]`;
    expect(decodeJson(most)).toHaveLength(maxValues - 1);
    expect(decodeJson(JSON.stringify([',[{'.repeat(maxValues)]))).toHaveLength(1);
  });

  it.each(['', '{', '"', '"\\', '{"a":"b', ']]]', 'welcome'])('refuses %j as no JSON', (text) => {
    expect(() => decodeJson(text)).toThrow(SyntaxError);
  });
});
