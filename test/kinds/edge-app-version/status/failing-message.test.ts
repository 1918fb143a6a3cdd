import { expect, test } from 'vitest';
import { findCondition } from '../../../../src/api/conditions.ts';
import { failing } from '../../../../src/kinds/edge-app-version/status/status.ts';
import {
  outcomeUnknown,
  type VersionProblem,
} from '../../../../src/kinds/edge-app-version/status/version-problems.ts';
import { edgeAppVersion } from '../../../support/manifests.ts';

const texts = [
  { title: 'without a full stop', message: 'the name is taken', sentence: 'the name is taken.' },
  { title: 'with a full stop', message: 'The name is taken.', sentence: 'The name is taken.' },
  { title: 'with a question mark', message: 'Is it taken?', sentence: 'Is it taken?' },
];
test.for(texts)('the message of Ready is made of sentences where the cloud answers $title', (row) => {
  const problem: VersionProblem = {
    ...outcomeUnknown({ number: 1, startedAt: 'now' }),
    message: row.message,
  };
  const { conditions } = failing(edgeAppVersion(), problem, { wallMs: 0 });
  const { code, cause, remedy } = problem;
  expect(findCondition(conditions, 'Ready')?.message).toBe(`${code}: ${row.sentence} ${cause} ${remedy}`);
});
