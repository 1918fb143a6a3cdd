import type { WireContainer } from '../../cloud/create-request.ts';
import { getVersion } from '../../cloud/operations/get-version.ts';
import { joinParts } from '../../kinds/edge-app-version/request/packing.ts';
import { type EchoedParts, judgeEcho, parseLoosely } from '../echoed-parts.ts';
import type { Outcome } from '../outcome.ts';
import type { Created } from '../own-versions.ts';
import {
  type Answer,
  confirmed,
  noted,
  overturned,
  type Question,
  type QuestionContext,
  unknown,
} from '../question.ts';

const limitMs = 2 * 60_000;
const parts = ['/bin/sh', '-c', 'echo one two'];
/** The last part stands in double quotes. */
const packed = joinParts(parts, 'quote');

type Echo = Readonly<Record<string, EchoedParts>>;

const hookFlags = { quote: '--blanks-in-hooks quote', refuse: '--blanks-in-hooks refuse' };

export const hooks: Question = {
  id: 'hooks',
  asks: 'Does ESA take a part in double quotes in PostStart and PreStop, and how does it show them?',
  assumes: "The quotes hold, as in ESA's own sample: --blanks-in-hooks quote.",
  safeFlag: hookFlags.refuse,
  creates: 2,
  limitMs,
  async run(context) {
    const outcome = await tryContainer(context, 'hooks', { PostStart: packed, PreStop: packed });
    if (outcome.kind === 'unclear') return unknown(outcome.why);
    if (outcome.kind === 'refused') return afterRefusedHooks(context, outcome.code);
    const container = await firstContainer(context, outcome.value);
    const echo = judgeAll({ PostStart: container.PostStart, PreStop: container.PreStop });
    const says = describe(echo);
    if (includes(echo, 'changed')) return overturned(says, 'set the flag', hookFlags.refuse);
    if (includes(echo, 'kept')) return confirmed(says, hookFlags.quote);
    return confirmed(`taken; ${says}; what a container gets shows only where it runs`, hookFlags.quote);
  },
};

/** Only if the same without blanks is taken, the quotes are to blame. */
async function afterRefusedHooks(context: QuestionContext, code: string): Promise<Answer> {
  const control = await tryContainer(context, 'hooks-plain', { PostStart: 'sh a', PreStop: 'sh a' });
  if (control.kind !== 'done') return unknown(`refused with ${code}, with quotes and perhaps without`);
  return overturned(`quotes are refused with ${code}`, 'set the flag', hookFlags.refuse);
}

const commandFlags = { quote: '--blanks-in-commands quote', refuse: '--blanks-in-commands refuse' };

export const commands: Question = {
  id: 'commands',
  asks: 'Does ESA take a part in double quotes in Command, Args and the exec probe, and how does it show them?',
  assumes: 'Nobody says what quotes do there: --blanks-in-commands refuse.',
  safeFlag: commandFlags.refuse,
  creates: 1,
  limitMs,
  async run(context) {
    const outcome = await tryContainer(context, 'commands', {
      ...{ Command: packed, Args: packed },
      ...{ ProbeType: 'exec', ProbeContent: { Command: packed } },
    });
    if (outcome.kind === 'unclear') return unknown(outcome.why);
    if (outcome.kind === 'refused') return confirmed(`refused with ${outcome.code}`, commandFlags.refuse);
    const { Command, Args, ProbeContent } = await firstContainer(context, outcome.value);
    const echo = judgeAll({ Command, Args, 'the exec probe': membersOf(ProbeContent).Command });
    const says = describe(echo);
    if (Object.values(echo).every((form) => form === 'kept'))
      return overturned(says, 'the flag may be set', commandFlags.quote);
    if (includes(echo, 'changed')) return confirmed(says, commandFlags.refuse);
    return noted(`taken; ${says}; what a container gets shows only where it runs`, commandFlags.refuse);
  },
};

export function tryContainer(
  { versions, container }: QuestionContext,
  label: string,
  changes: Partial<WireContainer>,
): Promise<Outcome<Created>> {
  return versions.tryCreate({ label, containers: [container(changes)] });
}

/** As Get shows it. */
export async function firstContainer(
  { send, appId }: QuestionContext,
  { versionId }: Created,
): Promise<Readonly<Record<string, unknown>>> {
  const { containers } = await send(getVersion(appId, versionId));
  return (containers[0] ?? {}) as Readonly<Record<string, unknown>>;
}

/** Of a ProbeContent, which may come as JSON in a text. */
export function membersOf(probeContent: unknown): Readonly<Record<string, unknown>> {
  const value = typeof probeContent === 'string' ? parseLoosely(probeContent) : probeContent;
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function judgeAll(echoes: Readonly<Record<string, unknown>>): Echo {
  const judged = Object.entries(echoes).map(([name, echo]) => [name, judgeEcho(parts, packed, echo)]);
  return Object.fromEntries(judged);
}

function includes(echo: Echo, form: EchoedParts): boolean {
  return Object.values(echo).includes(form);
}

const words: Readonly<Record<EchoedParts, string>> = {
  'as-sent': 'shown as sent',
  kept: 'shown in parts, the quoted one whole',
  changed: 'shown otherwise than meant',
  'not-shown': 'not shown',
};

function describe(echo: Echo): string {
  return Object.entries(echo)
    .map(([name, form]) => `${name} ${words[form]}`)
    .join(', ');
}
