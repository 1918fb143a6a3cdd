import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operations } from '../../src/cloud/operations.ts';

const actionsOf = (path: string): string[] =>
  JSON.parse(readFileSync(path, 'utf8')).Statement.flatMap(({ Action }: { Action: string[] }) => Action);

test('the two RAM policies together allow the calls that the operator makes, and no other', () => {
  const sources = globSync('src/cloud/operations/*.ts').map((path) => readFileSync(path, 'utf8'));
  const called = Object.entries(operations)
    .filter(([name]) => sources.some((text) => text.includes(`operation: operations.${name},`)))
    .map(([, action]) => `esa:${action}`);
  expect(called).toHaveLength(Object.keys(operations).length);
  expect(
    [...actionsOf('deploy/ram-policy.json'), ...actionsOf('deploy/ram-policy-delete.json')].sort(),
  ).toEqual(called.sort());
});

test('the policy without deletion changes nothing but by creating', () => {
  expect(actionsOf('deploy/ram-policy.json').filter((action) => !/^esa:(Get|List)/.test(action))).toEqual([
    'esa:CreateEdgeContainerAppVersion',
  ]);
});
