import { describe, expect, it } from 'vitest';
import { redactForeign } from '../../src/core/text/redact.ts';
import { fromResponse, fromStatus, KubeError, toRetryMs } from '../../src/kube/kube-error.ts';

const nested = JSON.parse('['.repeat(150) + ']'.repeat(150));
const deep = '['.repeat(60_000) + ']'.repeat(60_000);

describe('the error for a response', () => {
  it.each([
    ['a text that is too deep to decode', deep],
    ['a Status that is too deep to decode', `{"message":${deep}}`],
    ['members of other types', JSON.stringify({ code: nested, reason: nested, message: nested, details: 7 })],
    ['null', 'null'],
    ['a number', '5'],
  ])('is a KubeError for %s', (_, body) => {
    const error = fromResponse('GET /x', 503, body);
    expect(error).toMatchObject({ code: 'HTTP503', status: 503, reason: undefined });
    expect(error.message).toMatch(/^GET \/x: 503/);
  });

  it.each([undefined, null, 5, { code: nested, message: nested }])('of an ERROR event takes %j', (status) => {
    expect(fromStatus('watch', status, { code: 'ErrorEvent' })).toMatchObject({
      code: 'ErrorEvent',
      status: undefined,
    });
  });

  it('shows what a terminal obeys as escapes, and keeps line breaks', () => {
    const { message } = fromResponse(
      'GET /x',
      500,
      JSON.stringify({ message: '\u009b2J\u001b[1m\u202ea\nb' }),
    );
    expect(message).toBe('GET /x: 500 \\u009b2J\\u001b[1m\\u202ea\nb');
  });

  it('cuts a long text, with a mark', () => {
    const { message } = fromResponse('GET /x', 500, JSON.stringify({ message: 'm'.repeat(1_000_000) }));
    expect(message.length).toBeLessThan(2_100);
    expect(message).toMatch(/m\.\.\. \[cut\]$/);
  });
});

it.each([
  ['7', 7_000],
  [7, 7_000],
  ['0', 0],
  ['900000', 30_000],
  [1e308, 30_000],
  ['-1', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
  [nested, undefined],
])('a wait of %j seconds is %j ms', (seconds, ms) => {
  expect(toRetryMs(seconds)).toBe(ms);
});

describe('a token', () => {
  it.each(['-eyJaaaaaaaaaa', 'eyJ', '-eyJ', 'Bearer ', 'Bearer  ', 'Basic a ', '"token', 'Bearer\t', '?'])(
    'runs through a megabyte of %j in linear time',
    (piece) => {
      const text = piece.repeat(1_000_000 / piece.length);
      expect(redactForeign(text).length).toBeLessThanOrEqual(text.length);
    },
  );

  it.each(['Bearer ', '-eyJaaaaaaaaaa', 'Basic aaaaaaa1 '])(
    'is given no more of a text of eight megabytes of %j than an error shows',
    (piece) => {
      const error = new KubeError({ code: 'x', message: piece.repeat(8_000_000 / piece.length) });
      expect(error.message.length).toBeLessThan(2_100);
      expect(error.message).toMatch(/\[cut\]$/);
      expect(error.message).not.toContain('aaaa');
    },
  );

  it('leaves no token in an error, also where it is cut', () => {
    const error = new KubeError({
      code: 'x',
      message: `${'m'.repeat(1_990)} eyJhbGciOiJSUzI1NiJ9.eyJz.c2ln`,
    });
    expect(error.message).not.toContain('eyJ');
  });
});
