import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/text/redact.ts';
import { KnownSecrets } from '../../src/telemetry/known-secrets.ts';
import { createLogger, type LoggerOptions } from '../../src/telemetry/logger.ts';

function setUp(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ level: 'info', stream, ...options }) };
}

describe('the logger', () => {
  it('writes one JSON object a line with level, ts, logger, msg and the fields', () => {
    const { lines, logger } = setUp();
    logger.child({ logger: 'controller' }).warn({ namespace: 'shop' }, 'Reconciler error');
    const line = JSON.parse(lines[0] ?? '');
    expect(line).toEqual({
      level: 'warn',
      ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      logger: 'controller',
      namespace: 'shop',
      msg: 'Reconciler error',
    });
    expect(lines[0]).toMatch(/\n$/);
  });

  it('writes an error with its type, members, stack and causes', () => {
    const { lines, logger } = setUp();
    const cause = Object.assign(new Error('socket closed'), { code: 'ECONNRESET' });
    logger.error({ error: new TypeError('call failed', { cause }) }, 'Reconciler error');
    expect(JSON.parse(lines[0] ?? '').error).toMatchObject({
      type: 'TypeError',
      message: 'call failed',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { message: 'socket closed', code: 'ECONNRESET' },
    });
  });

  it('leaves out what is below its level', () => {
    const { lines, logger } = setUp({ level: 'warn' });
    logger.info({}, 'Started');
    logger.debug({}, 'Reconciled');
    expect(lines).toEqual([]);
  });

  it.each([
    {
      title: 'a known secret in a text',
      fields: { error: new Error('signed with s3cr"et') },
      secret: 's3cr',
    },
    { title: 'a field named like a secret', fields: { key: { accessKeySecret: 'abc"d' } }, secret: 'abc' },
    { title: 'a bearer token', fields: { header: 'Bearer abc.def-123' }, secret: 'abc.def' },
    { title: 'a JWT', fields: { url: 'x eyJhbGciOiJS.eyJpc3Mi.sig' }, secret: 'eyJpc3Mi' },
    { title: 'an access key id', fields: { id: 'LTAI5tAbCdEfGhIj' }, secret: 'LTAI5t' },
  ])('never writes $title', ({ fields, secret }) => {
    const { lines, logger } = setUp({ redact: createRedactor(['s3cr"et', '']) });
    logger.info(fields, 'Tried');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'Tried' });
    expect(lines[0]).toContain('[redacted]');
    expect(lines[0]).not.toContain(secret);
  });

  it.each(['-eyJaaaaaaaaaa', '-eyJ', '"secret', 'secret', 'Bearer ', '"token":"', '\\', '?', 'LTAI', '\n'])(
    'writes a field of ten megabytes of %j as one short line of JSON, in linear time',
    (piece) => {
      const { lines, logger } = setUp({ redact: createRedactor(['s3cr"et']) });
      logger.child({ logger: 'kube' }).warn({ error: piece.repeat(10_000_000 / piece.length) }, 'Tried');
      expect(lines[0]?.length).toBeLessThan(20_000);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', logger: 'kube', msg: 'Tried' });
    },
  );

  it('cuts long texts with a mark, and leaves no half of a secret where it cuts', () => {
    const { lines, logger } = setUp({ redact: createRedactor(['s3cr"et']) });
    logger.info({ text: `${'x'.repeat(1_998)}s3cr"et${'y'.repeat(20_000)}`, short: 'kept' }, 'Tried');
    const { text, short } = JSON.parse(lines[0] ?? '');
    expect(text).toMatch(/x\[r\.\.\. \[cut\]$/);
    expect(short).toBe('kept');
  });

  it.each([
    ['a line', 1],
    ['a line that is cut', 5_000],
    ['a line without its fields', 100_000],
  ])('writes what a terminal obeys as escapes, in %s', (_, times) => {
    const { lines, logger } = setUp();
    const text = '\u009b2J\u202e\u2066\u200f\u{e0001}\u007f\n'.repeat(times);
    logger.child({ logger: 'kube' }).warn({ text, [text]: 1 }, text);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
    expect(lines[0]?.length).toBeLessThan(20_000);
    const { msg } = JSON.parse(lines[0] ?? '');
    expect(text).toContain(msg.slice(0, 1_000));
  });

  it('leaves the fields out where there are too many, and says so', () => {
    const { lines, logger } = setUp();
    logger.info(
      { many: Object.fromEntries(Array.from({ length: 99 }, (_, i) => [i, 'x'.repeat(900)])) },
      'Tried',
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'Tried', fields: '... [cut]' });
    expect(lines[0]?.length).toBeLessThan(20_000);
  });

  it('writes no secret that was learned after it was made, nor the one before', () => {
    const secrets = new KnownSecrets();
    const { lines, logger } = setUp({ redact: secrets.redact });
    secrets.learn(['first-secret-1']);
    secrets.learn(['second/secret+2']);
    secrets.learn(['second/secret+2']);
    logger.info({ a: 'first-secret-1', b: 'SECOND%2Fsecret%2B2', c: btoa('x:second/secret+2') }, 'Tried');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ a: '[redacted]', b: '[redacted]', msg: 'Tried' });
    expect(lines[0]).not.toContain(btoa('x:second/secret+2').slice(6, -4));
  });

  it('keeps a line with secrets of every kind valid JSON', () => {
    const secret = 'CAIS/"\\+=&'.repeat(40);
    const { lines, logger } = setUp({ redact: createRedactor([secret]) });
    logger.info(
      { plain: secret, quoted: JSON.stringify(secret), url: encodeURIComponent(secret), last: 1 },
      'Tried',
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ plain: '[redacted]', url: '[redacted]', last: 1 });
  });
});
