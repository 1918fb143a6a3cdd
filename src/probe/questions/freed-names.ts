import { deleteVersion } from '../../cloud/operations/delete-version.ts';
import { getVersion } from '../../cloud/operations/get-version.ts';
import { outcomeOf } from '../outcome.ts';
import { noted, type Question, type QuestionContext, unknown } from '../question.ts';
import { Unanswered } from '../unanswered.ts';
import { buildLimitMs, settledStatus } from './built.ts';

const triesAfterDelete = 6;
const minuteMs = 60_000;
const eitherWay = 'Either: the operator looks first and takes the refusal of a name for what it is.';

export const deletedName: Question = {
  id: 'deleted-name',
  asks: 'Is the name of a deleted version free again, and after what time? What do Get and Delete say of it?',
  assumes: eitherWay,
  creates: 1 + triesAfterDelete,
  limitMs: buildLimitMs + 5 * minuteMs,
  async run(context) {
    const { versions, container, clock, pause } = context;
    const content = { label: 'reborn', containers: [container()] };
    const { versionId } = await versions.create(content);
    await settledStatus(context, versionId);
    if (!(await versions.remover.remove(versionId))) return unknown('the version could not be deleted');
    const deletedMs = clock.monotonicMs();
    const gone = await codesForDeleted(context, versionId);
    for (let left = triesAfterDelete, pauseMs = 0; left > 0; left -= 1, pauseMs = pauseMs * 2 || 2_000) {
      await pause(pauseMs);
      const outcome = await versions.tryCreate(content);
      const after = `${((clock.monotonicMs() - deletedMs) / 1000).toFixed(1)} s after the deletion`;
      if (outcome.kind === 'done') return noted(`free ${after}; ${gone}`);
      if (outcome.kind === 'unclear') return unknown(outcome.why);
      if (left === 1) return noted(`still refused with ${outcome.code} ${after}; ${gone}`);
    }
    throw new Unanswered('it was never tried');
  },
};

/** Delete is asked only of a version that Get says is gone. */
async function codesForDeleted({ send, appId }: QuestionContext, versionId: string): Promise<string> {
  const get = await outcomeOf(send(getVersion(appId, versionId)), 'read');
  if (get.kind !== 'refused') return `Get of it: ${get.kind === 'done' ? 'still answered' : get.why}`;
  const again = await outcomeOf(send(deleteVersion(appId, versionId)), 'delete');
  return `Get of it: ${get.code}, Delete: ${again.kind === 'refused' ? again.code : again.kind}`;
}

export const failedName: Question = {
  id: 'failed-name',
  asks: 'Is the name of a version that failed free again?',
  assumes: eitherWay,
  creates: 2,
  limitMs: buildLimitMs + 2 * minuteMs,
  async run(context) {
    const { versions, container, failingImage = '' } = context;
    const first = await versions.tryCreate({
      label: 'broken',
      containers: [container({ Image: failingImage })],
    });
    if (first.kind === 'unclear') return unknown(first.why);
    if (first.kind === 'refused') return noted(`the create is refused already, with ${first.code}`);
    const status = await settledStatus(context, first.value.versionId);
    if (status !== 'failed') return unknown(`the version ended as ${status}, so that none failed`);
    const second = await versions.tryCreate({ label: 'broken', containers: [container()] });
    if (second.kind === 'unclear') return unknown(second.why);
    return noted(second.kind === 'done' ? 'free' : `still taken: refused with ${second.code}`);
  },
};
