import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactedCause, redactorFor, redactValue } from '../../src/esa/redact.ts';

const secret = fc
  .string({ unit: 'binary-ascii', minLength: 8, maxLength: 60 })
  .filter((text) => text.trim() === text);
const credential = fc.record({ accessKeyId: secret, accessKeySecret: secret, securityToken: secret });
const noise = fc.string({ unit: 'grapheme' });

test('No text keeps a key, secret or token, plain or percent-encoded, wherever it stands', () => {
  fc.assert(
    fc.property(credential, fc.array(noise, { minLength: 7, maxLength: 7 }), (keys, texts) => {
      const secrets = Object.values(keys).flatMap((value) => [value, encodeURIComponent(value)]);
      const leak = texts.map((text, index) => text + (secrets[index] ?? '')).join('');
      const clean = redactorFor(keys)(leak);
      for (const value of secrets) expect(clean).not.toContain(value);
    }),
  );
});

describe('a value decoded from JSON', () => {
  const redact = redactorFor({ accessKeyId: 'key-id-1', accessKeySecret: 'key-secret-1' });

  test('keeps its shape, and only its texts are cleaned', () => {
    const value = {
      Code: 'X',
      Count: 3,
      Is: true,
      None: null,
      List: ['key-id-1', { Deep: 'a key-secret-1 b' }],
    };
    expect(redactValue(value, redact)).toEqual({
      ...value,
      List: ['[redacted]', { Deep: 'a [redacted] b' }],
    });
  });

  test('loses key ids of others and query strings, not the address before them', () => {
    const text = 'LTAI5tOtherKeyId12 and STS.NTother1key at https://esa.example.com/?AppId=app-1&b=2 failed';
    expect(redact(text)).toBe('[redacted] and [redacted] at https://esa.example.com/?[redacted] failed');
  });
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
