import { expect, test } from 'vitest';
import { namedWaitMs } from '../../src/esa/named-wait.ts';

const hourMs = 3_600_000;
const date = 'Sun, 29 Nov 2026 12:00:00 GMT';

test.each<[string, Record<string, string | string[]>, number | undefined]>([
  ['milliseconds in the header of the cloud', { 'x-acs-retry-after': '1500' }, 1500],
  ['a wait beyond an hour', { 'x-acs-retry-after': '900000000' }, hourMs],
  ['a number without end', { 'x-acs-retry-after': '9'.repeat(400) }, hourMs],
  ['seconds', { 'retry-after': '7' }, 7000],
  ['seconds beyond an hour', { 'retry-after': '7200' }, hourMs],
  ['parts of seconds', { 'retry-after': ' 0.25 ' }, 250],
  [
    'a date, seen from that of the response',
    { 'retry-after': 'Sun, 29 Nov 2026 12:00:30 GMT', date },
    30_000,
  ],
  ['a date in the past', { 'retry-after': 'Sun, 29 Nov 2026 11:00:00 GMT', date }, 0],
  ['a date beyond an hour', { 'retry-after': 'Mon, 30 Nov 2026 12:00:00 GMT', date }, hourMs],
  ['both headers', { 'x-acs-retry-after': '1500', 'retry-after': '7' }, 1500],
  ['a header that comes twice', { 'retry-after': ['7', '9'] }, 7000],
  [
    'the standard one where the other makes no sense',
    { 'x-acs-retry-after': 'soon', 'retry-after': '7' },
    7000,
  ],
  ['nothing', {}, undefined],
  ['words', { 'retry-after': 'soon' }, undefined],
  ['less than nothing in seconds', { 'retry-after': '-5' }, undefined],
  ['words with a number', { 'retry-after': 'soon 5' }, undefined],
  ['a version', { 'retry-after': '1.5.2' }, undefined],
  ['a date as it was written before', { 'retry-after': 'Sunday, 29-Nov-26 12:00:30 GMT', date }, 30_000],
  ['less than nothing', { 'x-acs-retry-after': '-5' }, undefined],
])('The wait is taken from %s', (_what, headers, expected) => {
  expect(namedWaitMs(headers)).toBe(expected);
});
