/** Each question against clouds that answer it one way and the other. */
import { describe, expect, test } from 'vitest';
import { allQuestions } from '../../src/probe/questions.ts';
import { cloudCases } from './cloud-cases.ts';
import { contentCases } from './content-cases.ts';
import { ProbeWorld } from './probe-world.ts';
import { createAction } from './question-case.ts';

const cases = [...cloudCases, ...contentCases];

describe('the answer', () => {
  test.each(cases)(
    'to $id is $kind where the cloud $cloud',
    async ({ id, options, arrange, ...expected }) => {
      await using world = await ProbeWorld.start({ ids: [id], ...options });
      arrange?.(world);
      const { answer, evidence } = await world.ask();
      expect(answer).toMatchObject({ kind: expected.kind, says: expect.stringMatching(expected.says) });
      expect(answer.flag).toBe(expected.flag);
      expect(evidence.length).toBeGreaterThan(0);
      expect(world.strays()).toEqual([]);
      expect(world.emulator.unusedFaults()).toEqual([]);
      const creates = world.emulator.calls().filter(({ action }) => action === createAction);
      expect(creates.length).toBeLessThanOrEqual(
        allQuestions.find((question) => question.id === id)?.creates ?? 0,
      );
    },
  );

  test('is seen in more than one way for every question', () => {
    const ways = Map.groupBy(cases, ({ id }) => id);
    expect([...ways.keys()].sort()).toEqual(allQuestions.map(({ id }) => id).sort());
    expect([...ways].filter(([, some]) => some.length < 2)).toEqual([]);
  });
});
