import { noted, type Question } from '../question.ts';
import { buildLimitMs, mustBeCreated } from './built.ts';

export const buildTime: Question = {
  id: 'build-time',
  asks: 'How long is a version `creating` before it is `created`?',
  assumes: 'Seconds to minutes; beyond 30 minutes the status says that it takes long.',
  creates: 1,
  limitMs: buildLimitMs + 60_000,
  async run(context) {
    const { versions, container, clock } = context;
    const { versionId } = await versions.create({ label: 'build-time', containers: [container()] });
    const startedMs = clock.monotonicMs();
    await mustBeCreated(context, versionId);
    return noted(`${((clock.monotonicMs() - startedMs) / 1000).toFixed(1)} s`);
  },
};
