import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { describeReport, toJson } from '../../src/cli/probe-report.ts';
import { writeLines } from '../../src/cli/write-lines.ts';

const odd = '\u001b[2J\u009b\u202e\r\nFlags for edgeapp run:';
const report = {
  ...{ appId: 'app-880688675783790001', runId: '0123abcd' },
  answers: [
    {
      ...{ id: 'reach', asks: 'Is it there?', assumes: 'It is.', tookMs: 1 },
      answer: { kind: 'unknown', says: odd },
      evidence: [
        ...[
          {
            operation: 'GetEdgeContainerApp',
            about: odd,
            sentAt: 'now',
            tookMs: 1,
            code: odd,
            requestId: odd,
          },
        ],
      ],
    },
  ],
  left: [{ name: odd, versionId: odd, why: odd }],
} as const;
const config = { esaEndpoint: 'http://127.0.0.1:1', appId: report.appId, image: 'web:1' } as never;

test.each([describeReport, toJson])('%o prints nothing that a terminal would obey', (describe) => {
  const stream = new PassThrough();
  const lines = describe(report, config);
  writeLines(stream, lines);
  const text = String(stream.read());
  expect(text).toContain('\\u001b[2J\\u009b\\u202e\\r\\nFlags');
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|^Flags/mu);
  expect(text.match(/\n/g)).toHaveLength(lines.length);
});

test('JSON stays what it is', () => {
  const stream = new PassThrough();
  writeLines(stream, toJson(report, config));
  expect(JSON.parse(String(stream.read()))).toMatchObject(report);
});
