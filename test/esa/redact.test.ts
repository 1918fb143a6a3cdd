import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/core/text/redact.ts';
import { redactedCause, redactorFor, toShown, toShownValue } from '../../src/esa/redact.ts';

const secret = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 8,
  maxLength: 90,
});
const credential = fc.record({ accessKeyId: secret, accessKeySecret: secret, securityToken: secret });
const noise = fc.string({ unit: 'grapheme' });

const percent = (text: string) =>
  Array.from(text, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const escaped = (text: string) =>
  Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const entities = (text: string) => Array.from(text, (character) => `&#${character.charCodeAt(0)};`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What clients, gateways and pages make of a text. */
const encodings: readonly [string, (text: string) => string][] = [
  ['plain', (text) => text],
  ['in lower case', (text) => text.toLowerCase()],
  ['in upper case', (text) => text.toUpperCase()],
  ['percent-encoded', encodeURIComponent],
  [
    'percent-encoded in lower case',
    (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  ],
  ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['percent-encoded as a whole', percent],
  ['escaped for JSON', (text) => JSON.stringify(text).slice(1, -1)],
  ['escaped for JSON as a whole', escaped],
  ['with its slashes escaped', (text) => text.replaceAll('/', '\\/')],
  ['in entities of XML', entities],
  ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ['in hexadecimal in upper case', (text) => Buffer.from(text).toString('hex').toUpperCase()],
];

describe('no text keeps a key, secret or token', () => {
  test.each(encodings)('%s, wherever it stands', (_how, encode) => {
    fc.assert(
      fc.property(credential, fc.array(noise, { minLength: 3, maxLength: 3 }), (keys, texts) => {
        const leaks = Object.values(keys).map(encode);
        const clean = redactorFor(keys)(texts.map((text, index) => `${text} ${leaks[index]} `).join(''));
        for (const leak of leaks) expect(clean).not.toContain(leak);
      }),
      { numRuns: 30 },
    );
  });

  const inLines = (text: string, width: number, end: string) =>
    (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);

  test.each(['\n', '\r\n', '\n    ', '\\n', '\\\\r\\\\n', '%0D%0A', '&#10;', '\u0000', '\u200b'])(
    'broken into lines by %j, plain and in base64 and hexadecimal',
    (end) => {
      const keys = {
        accessKeyId: 'LTAI5tAbCdEfGhIjKlMn',
        accessKeySecret: 'aB3/x+Yz9kQwErTy12UiOpLkJhGf45',
        securityToken: `CAIS${'8wF1q6Ft5B+yfSjIr5bW/'.repeat(12)}`,
      };
      const redact = redactorFor(keys);
      for (const value of Object.values(keys)) {
        const encoded = base64(`key=${value};`).slice(6, Math.floor(((4 + value.length) * 4) / 3));
        // What follows a line's end may be something else, so a short last line of a long token stays.
        for (const text of [value, encoded, Buffer.from(value).toString('hex')])
          for (const width of [7, 20, 76])
            if (width >= 16 || value.length < 32)
              expect(redact(`> ${inLines(text, width, end)} <`)).toMatch(/^> \[redacted\](?:.{0,30}) <$/s);
      }
    },
  );

  test('that ends with its line takes nothing from the next one', () => {
    const redact = redactorFor({
      accessKeyId: 'id',
      accessKeySecret: 'aB3/x+Yz9kQw',
      securityToken: 'CAIS'.repeat(20),
    });
    for (const key of ['aB3/x+Yz9kQw', 'CAIS'.repeat(20)])
      expect(redact(`a ${key}\n    at call (file.ts:1:2)`)).toBe('a [redacted]\n    at call (file.ts:1:2)');
  });

  test.each(['', 'x', 'id', 'id:', 'a longer start of it '])('in base64 behind %j', (before) => {
    fc.assert(
      fc.property(credential, fc.constantFrom('', ':', 'end'), (keys, after) => {
        const redact = redactorFor(keys);
        for (const value of Object.values(keys)) {
          for (const text of [
            base64(before + value + after),
            Buffer.from(before + value + after).toString('base64url'),
          ]) {
            const skipped = Math.ceil((before.length * 8) / 6);
            expect(redact(text)).not.toContain(
              text.slice(skipped, skipped + Math.floor((value.length * 8) / 6) - 1),
            );
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a value decoded from JSON', () => {
  const redact = redactorFor({ accessKeyId: 'key-id-1', accessKeySecret: 'key-secret-1' });

  test('keeps its shape, and only its texts are cleaned', () => {
    const value = {
      Code: 'X',
      Count: 3,
      Is: true,
      None: null,
      List: ['key-id-1', { Deep: 'a key-secret-1 b', 'key-id-1': 1 }],
    };
    expect(toShownValue(value, redact)).toEqual({
      ...value,
      List: ['[redacted]', { Deep: 'a [redacted] b', '[redacted]': 1 }],
    });
  });

  test('is cut where it is long, wide or deep', () => {
    const deep = JSON.parse(`${'['.repeat(150)}${']'.repeat(150)}`);
    const wide = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`n${index}`, 'x'.repeat(10_000)]),
    );
    const shown = JSON.stringify(toShownValue({ deep, wide, list: Array(10_000).fill('x') }, redact));
    expect(shown.length).toBeLessThan(60_000);
    expect(shown).toContain('...');
  });

  test('loses key ids of others and query strings, not the address before them', () => {
    const text =
      'LTAI5tOtherKeyId12, ltai5totherkeyid12 and STS.NTother1key at https://esa.example.com/?AppId=app-1&b=2 failed';
    expect(redact(text)).toBe(
      '[redacted], [redacted] and [redacted] at https://esa.example.com/?[redacted] failed',
    );
  });

  test('shows no control character and no endless text', () => {
    expect(toShown(`a\u001b[31m${'b'.repeat(5_000_000)}`, 20, redact)).toBe('a\\u001b[31mbbbbbbbbb... [cut]');
  });
});

test('Text that was made to be slow is cleaned in linear time', async () => {
  const script = `
    import { createRedactor } from '${new URL('../../src/core/text/redact.ts', import.meta.url)}';
    import { redactorFor } from '${new URL('../../src/esa/redact.ts', import.meta.url)}';
    const keys = { accessKeyId: 'LTAI5tAbCdEfGh', accessKeySecret: 'a/b+c\\\\d%e&f"g', securityToken: 'CAIS'.repeat(400) };
    const texts = ['?', '-eyJ', 'eyJabcdefgh.', '\\\\', '%25', '%', '&#x0', 'LTAI', 'STS.', 'Bearer ', 'Basic ', 'Basic a', 'CAIS', '"token":"', 'a/b+c', 'a/\\n', 'C\\n', 'CA\\n ', '\\\\n', 'CAIS'.repeat(9) + '\\n '];
    for (const text of texts) {
      const long = text.repeat(1_000_000 / text.length);
      redactorFor(keys)(long);
      createRedactor(Object.values(keys))(long + '!');
    }
    process.stdout.write('done');`;
  // A quadratic pattern would take hours; the limit only ends the test then.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 110_000,
  });
  expect(stdout).toBe('done');
}, 120_000);

test('What only looks like a token is left alone', () => {
  const text = 'see eyJournal, Bearers, Basic Authentication, STS.short, sts.aliyuncs.com and /path?x';
  expect(createRedactor(['key-id-1'])(text)).toBe(text);
});

test('A cause keeps name, code, stack and its own cause, and nothing else', () => {
  const inner = Object.assign(new Error('inner key-secret-1'), {
    code: 'ECONNRESET',
    syscall: 'read',
    data: 'key-id-1',
  });
  const outer = new TypeError('outer https://a.example.com/?AppId=app-1', { cause: inner });
  const copy = redactedCause(
    outer,
    redactorFor({ accessKeyId: 'key-id-1', accessKeySecret: 'key-secret-1' }),
  );
  expect(copy).toMatchObject({ name: 'TypeError', message: 'outer https://a.example.com/?[redacted]' });
  expect(copy.cause).toMatchObject({ message: 'inner [redacted]', code: 'ECONNRESET', syscall: 'read' });
  expect(copy.stack).toContain('redact.test.ts');
  expect(inspect(copy, { showHidden: true, depth: 9 })).not.toMatch(/key-(id|secret)-1|AppId/);
});

test.each(['-eyJaaaaaaaaaa', 'Bearer ', 'LTAI', '%25', '&#x0'])(
  'ten megabytes of %j are cut and redacted, not an end of the stack',
  (piece) => {
    const redact = createRedactor(['wJalrXUtnFEMI-K7MDENG']);
    const text = redact(piece.repeat(10_000_000 / piece.length));
    expect(text.length).toBeLessThan(1_200_000);
    expect(text).toMatch(/\[cut\]$/);
  },
);
