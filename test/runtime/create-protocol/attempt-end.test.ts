import { describe, expect, it } from 'vitest';
import type { ErrorStatus } from '../../../src/api/base-status.ts';
import type { EdgeAppVersionStatus } from '../../../src/kinds/edge-app-version/edge-app-version.ts';
import { type Attempt, paceOfAttempts, unclearInRow } from '../../../src/runtime/create-protocol/attempt.ts';
import { endOfAttempt, isNameTaken } from '../../../src/runtime/create-protocol/attempt-end.ts';

const second = '2026-11-24T08:00:00Z';
const attempt: Attempt = {
  id: 'attempt-2',
  uid: 'u',
  number: 2,
  name: 'shop-1-4-2',
  fingerprint: 'v1:ab',
  startedAt: second,
  unknownBefore: false,
};
const error: ErrorStatus = {
  operation: 'CreateEdgeContainerAppVersion',
  code: 'InvalidParameter.Image',
  message: 'refused',
  cause: 'The image is refused.',
  remedy: 'Correct it.',
  class: 'Terminal',
  attempts: 1,
  time: second,
};
const statusWith = (end: ErrorStatus): EdgeAppVersionStatus => ({
  observedGeneration: 1,
  attempt,
  error: end,
});

describe('the end of an attempt', () => {
  it('is the error that carries its id', () => {
    const end = { ...error, attemptId: 'attempt-2' };
    expect(endOfAttempt(statusWith(end))).toBe(end);
  });

  it.each([
    ['of an earlier attempt, however close the times', { ...error, attemptId: 'attempt-1' }],
    ['of a release that stored no id', error],
  ])('is not the error %s', (_, end) => {
    expect(endOfAttempt(statusWith(end))).toBeUndefined();
  });
});

it('a name is taken by either code, whatever its case', () => {
  const codes = ['NameAlreadyExists', 'parameteralreadyexist', 'InvalidParameter.Name'];
  expect(codes.map((code) => isNameTaken({ code }))).toEqual([true, true, false]);
});

it('a row of unclear ends counts the open attempt, and makes the next one later, an hour at most', () => {
  expect(unclearInRow({ attempt, unclearAttempts: 3 })).toBe(4);
  expect(unclearInRow({ unclearAttempts: 3 })).toBe(0);
  const minutes = [1, 2, 3, 6, 7, 100].map((row) => paceOfAttempts(row) / 60_000);
  expect(minutes).toEqual([1, 2, 4, 32, 60, 60]);
});
