import { describe, expect, it } from 'vitest';
import { toPrintable, toPrintableLines } from '../../../src/core/text/printable.ts';

describe('text from outside', () => {
  it.each([
    ['colours of a terminal', '\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['a title that the terminal would take', '\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['the escape of C1', '\u009b2J', '\\u009b2J'],
    ['NUL, backspace and DEL', 'a\0b\bc\u007f', 'a\\u0000b\\u0008c\\u007f'],
    ['line ends and tabs', 'one\r\ntwo\tthree', 'one\\r\\ntwo\\tthree'],
    ['line ends of Unicode', 'one\u2028two\u2029', 'one\\u2028two\\u2029'],
    ['what turns the direction', 'a\u202eb\u2066c\u200f', 'a\\u202eb\\u2066c\\u200f'],
    ['what cannot be seen', 'a\u200bb\ufeffc\u{e0001}', 'a\\u200bb\\ufeffc\\udb40\\udc01'],
    ['half a character', 'a\ud83db', 'a\\ud83db'],
  ])('shows %s as escapes', (_, text, shown) => {
    expect(toPrintable(text)).toBe(shown);
  });

  it.each(['plain words', '中文，日本語', 'naïve café', '😀 \\n', ''])('leaves %j as it is', (text) => {
    expect(toPrintable(text)).toBe(text);
  });

  it('leaves JSON text what it was', () => {
    const value = { text: '\u001b[31m\u009b\u202e\u{e0001}\n"\\' };
    expect(JSON.parse(toPrintable(JSON.stringify(value)))).toEqual(value);
  });

  it('keeps its line breaks where it has several lines', () => {
    expect(toPrintableLines('one\n\n\u009btwo\r\n\u2028')).toBe('one\n\n\\u009btwo\\r\n\\u2028');
  });
});
