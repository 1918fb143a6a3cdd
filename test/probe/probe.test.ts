/** The run as a whole: what it makes, what it leaves alone and what it takes away, whatever happens. */
import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/probe/question.ts';
import { allQuestions } from '../../src/probe/questions.ts';
import { appId, ProbeWorld } from './probe-world.ts';
import { createAction } from './question-case.ts';

const getAction = 'GetEdgeContainerAppVersion';
const deleteAction = 'DeleteEdgeContainerAppVersion';

describe('the probe', () => {
  test('asks every question, and leaves only the versions that were there', async () => {
    await using world = await ProbeWorld.start({ buildDelayMs: 20_000 });
    const { answers, left } = await world.run();
    expect(answers.map(({ id }) => id)).toEqual(['reach', ...allQuestions.map(({ id }) => id)]);
    expect(answers.filter(({ answer }) => answer.kind === 'unknown')).toEqual([]);
    expect({ left, strays: world.strays() }).toEqual({ left: [], strays: [] });
    const announced = allQuestions.reduce((sum, { creates }) => sum + creates, 0);
    const calls = world.emulator.calls();
    expect(calls.filter(({ action }) => action === createAction).length).toBeLessThanOrEqual(announced);
  });

  test('reads each version right before it deletes it', async () => {
    await using world = await ProbeWorld.start({ ids: ['duplicate-names', 'max-containers'] });
    await world.run();
    const calls = world.emulator.calls();
    const deletes = calls.filter(({ action }) => action === deleteAction);
    expect(deletes.length).toBeGreaterThan(8);
    for (const { number, parameters } of deletes) {
      const before = calls.find((call) => call.number === number - 1);
      expect(before).toMatchObject({ action: getAction, parameters: { VersionId: parameters.VersionId } });
    }
  });

  test('goes at the pace that the cloud asks for', async () => {
    await using world = await ProbeWorld.start();
    world.emulator.setSwitches({ ratePerSecond: 3 });
    const { answers, left } = await world.run();
    const unknown = answers.filter(({ answer }) => answer.kind === 'unknown');
    expect({ unknown, left, strays: world.strays() }).toEqual({ unknown: [], left: [], strays: [] });
    expect(world.emulator.calls().some(({ outcome }) => outcome.code === 'Throttling.User')).toBe(true);
  });

  test('finds and deletes a version whose create ended as a failure', async () => {
    await using world = await ProbeWorld.start({ ids: ['build-time'], listDelayMs: 30_000 });
    const answer = { kind: 'error', code: 'InternalError' } as const;
    world.emulator.setFault({ action: createAction, commit: true, answer });
    const { answers, left } = await world.run();
    expect(answers.at(-1)?.answer).toMatchObject({
      kind: 'unknown',
      says: expect.stringContaining('CreateEdgeContainerAppVersion ended with InternalError'),
    });
    expect({ left, strays: world.strays() }).toEqual({ left: [], strays: [] });
  });

  test('names a version that may still show', async () => {
    await using world = await ProbeWorld.start({ ids: ['hang-up'] });
    world.emulator.setFault({ action: createAction, answer: { kind: 'drop' } });
    const { left } = await world.run();
    expect(left).toEqual([{ name: world.nameOf('hang-up'), why: expect.stringContaining('may still show') }]);
  });

  test('stops at a question and cleans up', async () => {
    await using world = await ProbeWorld.start({
      ids: ['remarks', 'duplicate-names', 'hooks'],
      buildDelayMs: 60_000,
    });
    world.clock.after(5_000, () => world.stop.abort());
    const { answers, left } = await world.run();
    expect(answers.map(({ answer }) => answer)).toMatchObject([
      { kind: 'confirmed' },
      { kind: 'confirmed' },
      { kind: 'unknown', says: 'the probe was stopped', flag: '--duplicate-names unproven' },
      { kind: 'unknown', says: 'the probe was stopped', flag: '--blanks-in-hooks refuse' },
    ]);
    expect({ left, strays: world.strays() }).toEqual({ left: [], strays: [] });
  });

  test('stops while it waits for a deletion', async () => {
    await using world = await ProbeWorld.start({ ids: ['build-time', 'hooks'] });
    const answer = { kind: 'error', code: 'InvalidParameter' } as const;
    const { id } = world.emulator.setFault({ action: deleteAction, answer, count: 'always' });
    world.clock.after(60_000, () => {
      world.stop.abort();
      world.emulator.removeFault(id);
    });
    const { answers, left } = await world.run();
    expect(answers.at(-1)?.answer).toMatchObject({ kind: 'unknown', says: 'the probe was stopped' });
    expect({ left, strays: world.strays() }).toEqual({ left: [], strays: [] });
  });

  test('cleans up after a mistake of its own', async () => {
    const broken: Question = {
      ...{ id: 'broken', asks: '', assumes: '', creates: 1, limitMs: 1_000 },
      async run({ versions, container }) {
        await versions.create({ label: 'broken', containers: [container()] });
        throw new TypeError('a mistake');
      },
    };
    await using world = await ProbeWorld.start({ ids: [], more: [broken] });
    await expect(world.run()).rejects.toThrow('a mistake');
    expect(world.strays()).toEqual([]);
  });

  test('sends no more creates than were announced', async () => {
    const greedy: Question = {
      ...{ id: 'greedy', asks: '', assumes: '', creates: 2, limitMs: 60_000 },
      async run({ versions, container }) {
        for (let count = 1; ; count += 1)
          await versions.create({ label: `greedy-${count}`, containers: [container()] });
      },
    };
    await using world = await ProbeWorld.start({ ids: [], more: [greedy] });
    const { answer, evidence } = await world.ask();
    expect(answer).toMatchObject({ kind: 'unknown', says: expect.stringContaining('than were announced') });
    expect(evidence).toHaveLength(2);
    expect(world.strays()).toEqual([]);
  });

  test('ends a question when its time is over', async () => {
    await using world = await ProbeWorld.start({ ids: ['remarks'] });
    const answer = { kind: 'error', code: 'Throttling', retryAfterMs: 100_000 } as const;
    world.emulator.setFault({ action: createAction, answer, count: 2 });
    const answered = await world.ask();
    expect(answered.answer).toEqual({ kind: 'unknown', says: 'its time is over', flag: undefined });
  });

  test('makes no more versions once one cannot be deleted', async () => {
    await using world = await ProbeWorld.start({ ids: ['build-time', 'hooks', 'unknown-app'] });
    const answer = { kind: 'error', code: 'NoPermission' } as const;
    world.emulator.setFault({ action: deleteAction, answer, count: 'always' });
    const { answers, left } = await world.run();
    expect(answers.map(({ answer }) => answer.kind)).toEqual(['confirmed', 'confirmed', 'noted', 'unknown']);
    expect(world.strays()).toEqual([world.nameOf('build-time')]);
    expect(left).toEqual([
      {
        name: world.nameOf('build-time'),
        versionId: world.emulator.versions(appId).at(-1)?.versionId,
        why: expect.stringContaining('NoPermission'),
      },
    ]);
  });

  const untrue: { title: string; body: object; why: string }[] = [
    {
      title: 'as a failure that says 200',
      body: { Success: false, Code: 'InvalidParameter', Message: 'no' },
      why: 'its deletion ended with InvalidParameter',
    },
    { title: 'as a success that did nothing', body: { RequestId: 'ID' }, why: 'still shows it' },
  ];
  test.each(untrue)('makes no more versions once one is deleted $title', async ({ body, why }) => {
    await using world = await ProbeWorld.start({ ids: ['build-time', 'hooks'] });
    const answer = { kind: 'json', body } as const;
    world.emulator.setFault({ action: deleteAction, answer, count: 'always' });
    const { answers, left } = await world.run();
    expect(answers.map(({ answer }) => answer.kind)).toEqual(['confirmed', 'noted', 'unknown']);
    expect(left).toMatchObject([{ name: world.nameOf('build-time'), why: expect.stringContaining(why) }]);
    expect(world.strays()).toEqual([world.nameOf('build-time')]);
  });

  test('leaves a version alone that does not come back with the mark', async () => {
    await using world = await ProbeWorld.start({ ids: ['remarks', 'hooks'] });
    const Version = { Name: world.nameOf('remarks'), Remarks: '', Status: 'created', Containers: [] };
    const answer = { kind: 'json', body: { Version } } as const;
    world.emulator.setFault({ action: getAction, count: 'always', answer });
    const { answers, left } = await world.run();
    expect(answers.map(({ answer }) => answer.kind)).toEqual(['confirmed', 'overturned', 'unknown']);
    expect(left).toMatchObject([
      { name: world.nameOf('remarks'), why: expect.stringContaining('left alone') },
    ]);
    expect(world.strays()).toEqual([world.nameOf('remarks')]);
  });

  test('deletes what an earlier run left behind, and nothing that only looks like it', async () => {
    await using world = await ProbeWorld.start({ ids: [] });
    const ids = [await world.leaveBehind('seen-1'), await world.leaveBehind('race-1')];
    const survey = await world.probe.survey();
    expect(survey.leftovers.map(({ versionId }) => versionId).sort()).toEqual(ids.sort());
    expect(world.strays()).toHaveLength(2);
    const { left } = await world.probe.run(survey);
    expect({ left, strays: world.strays() }).toEqual({ left: [], strays: [] });
  });

  test('starts nothing where the list contradicts itself', async () => {
    await using world = await ProbeWorld.start();
    const answer = { kind: 'json', body: { Versions: [], TotalCount: 3 } } as const;
    world.emulator.setFault({ action: 'ListEdgeContainerAppVersions', answer });
    await expect(world.probe.survey()).rejects.toThrow(/the versions of app-\d+ are unknown: .*total is 3/);
  });
});
