import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const actionsOf = (path: string): string[] =>
  JSON.parse(readFileSync(path, 'utf8')).Statement.flatMap(({ Action }: { Action: string[] }) => Action);

test('the two RAM policies together allow the calls that the operator makes, and no other', () => {
  const sources = globSync('src/esa/*.ts').map((path) => readFileSync(path, 'utf8'));
  const called = sources.flatMap((text) =>
    [...text.matchAll(/\baction: '(\w+)'/g)].map(([, name]) => `esa:${name}`),
  );
  expect(called.length).toBeGreaterThan(0);
  expect(
    [...actionsOf('deploy/ram-policy.json'), ...actionsOf('deploy/ram-policy-delete.json')].sort(),
  ).toEqual([...new Set(called)].sort());
});

test('the policy without deletion changes nothing but by creating', () => {
  expect(actionsOf('deploy/ram-policy.json').filter((action) => !/^esa:(Get|List)/.test(action))).toEqual([
    'esa:CreateEdgeContainerAppVersion',
  ]);
});
