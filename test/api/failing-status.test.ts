/** The base status, by a kind that has nothing else. */
import { expect, test } from 'vitest';
import type { BaseStatus } from '../../src/api/base-status.ts';
import { failingStatus, stillFailingStatus } from '../../src/api/failing-status.ts';
import { waitingStatus } from '../../src/api/next-status.ts';
import { shortened } from '../../src/api/shortened.ts';
import { ownProblem } from '../../src/core/errors/problem.ts';

interface ToyStatus extends BaseStatus<'Broken'> {
  readonly part?: string;
}

const wallMs = Date.parse('2026-11-24T08:00:00Z');
const fresh: { metadata: { generation: number }; status?: ToyStatus } = { metadata: { generation: 2 } };
const after = (status: ToyStatus) => ({ ...fresh, status });
const broken = (message = 'the part is missing') =>
  ownProblem('Broken', 'Terminal', { operation: 'Validate', message, cause: 'It fell.', remedy: 'Add it.' });

test('a problem of the kind shows in its conditions, with the time of the next try in its error', () => {
  const status = failingStatus(fresh, broken(), { wallMs, nextAttemptMs: wallMs + 1_000 }, { part: 'a' });
  expect(status).toMatchObject({
    observedGeneration: 2,
    part: 'a',
    error: { code: 'Broken', attempts: 1, nextAttemptTime: '2026-11-24T08:00:01Z' },
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        reason: 'Broken',
        message: expect.stringMatching(/missing\. It fell/),
      },
      { type: 'Stalled', status: 'True', reason: 'Broken' },
    ],
  });
  const later = stillFailingStatus(after(status), { wallMs: wallMs + 9_000 });
  expect({ ...later, error: undefined }).toEqual({ ...status, error: undefined });
  expect(later.error).not.toHaveProperty('nextAttemptTime');
  expect(failingStatus(after(status), broken(), { wallMs }).error?.attempts).toBe(2);
});

test('only a problem can go on', () => {
  const waiting = waitingStatus(fresh, 'a part is on order', wallMs);
  expect(() => stillFailingStatus(after(waiting), { wallMs })).toThrow('no problem');
});

test('waiting keeps what is not changed, and takes out what is', () => {
  const failed = failingStatus(fresh, broken(), { wallMs }, { part: 'a' });
  expect(waitingStatus(after(failed), 'a part is on order', wallMs, { error: undefined })).toEqual({
    observedGeneration: 2,
    part: 'a',
    conditions: [
      expect.objectContaining({ type: 'Ready', status: 'Unknown', message: 'a part is on order' }),
      expect.objectContaining({ type: 'Reconciling', reason: 'Progressing' }),
    ],
  });
});

test('texts without bound are cut, and shortened where there is no room for them', () => {
  const status = failingStatus(fresh, broken('x'.repeat(10_000)), { wallMs });
  expect(status.error?.message.length).toBeLessThan(4_100);
  expect(JSON.stringify(shortened(status)).length).toBeLessThan(1_000);
});
