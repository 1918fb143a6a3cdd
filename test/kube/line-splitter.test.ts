import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from '../../src/kube/line-splitter.ts';

it('gives the same lines however the bytes are cut into chunks', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(line), line, fc.array(fc.nat(12)), (lines, rest, sizes) => {
      const splitter = new LineSplitter(10_000);
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join('') + rest);
      const received: string[] = [];
      for (let start = 0; start < bytes.length; ) {
        const end = start + (sizes[received.length % sizes.length] ?? 5) + 1;
        const chunk = Buffer.from(bytes.subarray(start, end));
        received.push(...splitter.push(chunk));
        // Whoever hands out chunks may use their memory again.
        chunk.fill(0);
        start = end;
      }
      expect(received).toEqual(lines);
      expect(splitter.isInsideLine).toBe(rest !== '');
    }),
  );
});

it.each([
  ['in one chunk', ['12345678901\n']],
  ['in several', ['123456', '78901']],
])('refuses a line beyond its limit that comes %s', (_, chunks) => {
  const splitter = new LineSplitter(10);
  const lines = [...splitter.push(Buffer.from('1234567890\n'))];
  expect(lines).toEqual(['1234567890']);
  expect(() => chunks.map((chunk) => [...splitter.push(Buffer.from(chunk))])).toThrow(
    expect.objectContaining({ code: 'ResponseTooLarge' }),
  );
});
