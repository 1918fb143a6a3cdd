import { expect, it } from 'vitest';
import { toCached } from '../../../src/kinds/edge-app-version/cached-version.ts';
import { findRival } from '../../../src/kinds/edge-app-version/rival.ts';
import { edgeAppVersion } from '../../support/manifests.ts';

const at = (name: string, hour: number, status = {}) =>
  edgeAppVersion({
    metadata: { name, uid: `uid-${name}`, creationTimestamp: `2026-11-24T0${hour}:00:00Z` },
    status,
  });
const ready = (name: string, hour: number) =>
  toCached(
    edgeAppVersion({
      metadata: { name, uid: `uid-${name}`, creationTimestamp: `2026-11-24T0${hour}:00:00Z` },
      status: {
        observedGeneration: 1,
        versionId: 'ver-1',
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'Created',
            message: 'created',
            observedGeneration: 1,
            lastTransitionTime: '2026-11-24T08:00:00Z',
          },
        ],
      },
    }),
  );

it.each([
  ['nobody, when it is alone', at('a', 1), [], undefined],
  ['the older one', at('b', 2), [at('a', 1)], { key: 'shop/a', isHolder: false }],
  ['nobody, when it is the older one', at('a', 1), [at('b', 2)], undefined],
  ['the smaller uid of two of one age', at('b', 1), [at('a', 1)], { key: 'shop/a', isHolder: false }],
  [
    'the holder of an id, though younger',
    at('a', 1),
    [at('b', 2, { versionId: 'ver-1' })],
    { key: 'shop/b', isHolder: true },
  ],
  ['a holder at rest, though younger', at('a', 1), [ready('b', 2)], { key: 'shop/b', isHolder: true }],
  [
    'the holder of an attempt, though younger',
    at('a', 1),
    [at('b', 2, { attempt: {} })],
    { key: 'shop/b', isHolder: true },
  ],
  ['nobody, when it holds an id itself', at('b', 2, { versionId: 'ver-1' }), [at('a', 1)], undefined],
  ['the first of many', at('c', 3), [at('b', 2), at('a', 1), at('d', 4)], { key: 'shop/a', isHolder: false }],
])('comes after %s', (_, self, others, rival) => {
  expect(findRival(self, [self, ...others])).toEqual(rival);
});
