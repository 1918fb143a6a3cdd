import { getVersion } from '../../cloud/operations/get-version.ts';
import type { Outcome } from '../outcome.ts';
import type { Created } from '../own-versions.ts';
import {
  type Answer,
  confirmed,
  overturned,
  type Question,
  type QuestionContext,
  unknown,
} from '../question.ts';
import { buildLimitMs, mustBeCreated } from './built.ts';

const rounds = 3;
/** Lets the cloud's pace recover, so that it does not throttle one of the two. */
const beforeRoundMs = 1_000;
const flags = { refused: '--duplicate-names refused', unproven: '--duplicate-names unproven' };

/** What became of a create whose name was taken, and when that was. */
interface Twin {
  readonly when: string;
  readonly outcome: Outcome<Created>;
}

export const duplicateNames: Question = {
  id: 'duplicate-names',
  asks: 'Is a second version of one name refused: at once after the first, when that is created, and at the same time?',
  assumes:
    'Refused with NameAlreadyExists or ParameterAlreadyExist, as documented: --duplicate-names refused.',
  safeFlag: flags.unproven,
  creates: 3 + 2 * rounds,
  limitMs: buildLimitMs + 5 * 60_000,
  async run(context) {
    const twins = [...(await afterOneAnother(context)), ...(await atOnce(context))];
    const { answer, codes } = judge(twins);
    const moments = [...new Set(twins.map(({ when }) => when))].join(', ');
    return answer ?? confirmed(`refused with ${codes.join(' or ')}: ${moments}`, flags.refused);
  },
};

/** The first twin is sent when the version has just been answered, as a rule while it is `creating`. */
async function afterOneAnother(context: QuestionContext): Promise<Twin[]> {
  const { versions, container, send, appId } = context;
  const content = { label: 'twin', containers: [container()] };
  const { versionId } = await versions.create(content);
  const early = await versions.tryCreate(content);
  const { status } = await send(getVersion(appId, versionId));
  await mustBeCreated(context, versionId);
  const late = await versions.tryCreate(content);
  const when = status === 'creating' ? 'while the first was creating' : 'right after the first';
  return [
    { when, outcome: early },
    { when: 'when the first was created', outcome: late },
  ];
}

/** Of each two that were sent at the same time: the one that is one too many. */
async function atOnce({ versions, container, pause }: QuestionContext): Promise<Twin[]> {
  const twins: Twin[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await pause(beforeRoundMs);
    const pair = await versions.tryCreateTwice({ label: `race-${round}`, containers: [container()] });
    const isWon = pair.some(({ kind }) => kind === 'done');
    const second =
      pair.find(({ kind }) => kind === 'unclear') ?? pair.find(({ kind }) => kind === 'refused') ?? pair[1];
    const nobody: Outcome<Created> = { kind: 'unclear', why: 'both of two at the same time were refused' };
    if (second)
      twins.push({ when: 'at the same time', outcome: isWon || second.kind !== 'refused' ? second : nobody });
  }
  return twins;
}

/** One that was accepted settles it; else one that is unclear leaves it open. */
function judge(twins: readonly Twin[]): { readonly answer?: Answer; readonly codes: readonly string[] } {
  const codes = [
    ...new Set(twins.flatMap(({ outcome }) => (outcome.kind === 'refused' ? [outcome.code] : []))),
  ];
  const accepted = twins.find(({ outcome }) => outcome.kind === 'done');
  if (accepted)
    return {
      codes,
      answer: overturned(`a second version was accepted ${accepted.when}`, 'set the flag', flags.unproven),
    };
  for (const { outcome, when } of twins)
    if (outcome.kind === 'unclear') return { codes, answer: unknown(`${when}: ${outcome.why}`) };
  const odd = codes.find((code) => !/^(NameAlreadyExists|ParameterAlreadyExist)$/i.test(code));
  const why = `refused with ${odd}, which may mean something else`;
  return odd === undefined ? { codes } : { codes, answer: unknown(why) };
}
