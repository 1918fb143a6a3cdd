/** Reads a fault from JSON and says everything that is wrong with it. */

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { answersFromTruth, type Fault, type FaultAnswer } from './fault.ts';
import { isObject } from './is-object.ts';

type Check = (value: unknown) => boolean;
type Form = Readonly<
  Record<string, { readonly check: Check; readonly expects: string; readonly needed?: true }>
>;

const text = { check: (value: unknown) => typeof value === 'string' && value !== '', expects: 'a text' };
const count = {
  check: (value: unknown) => Number.isInteger(value) && Number(value) >= 0,
  expects: 'a whole number of 0 or more',
};
/** Timers take no more than 24 days. */
const delay = {
  check: (value: unknown) => count.check(value) && Number(value) <= 86_400_000,
  expects: 'a whole number of milliseconds, a day at most',
};
const status = {
  check: (value: unknown) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
  expects: 'an HTTP status from 200 to 599',
};
const object = { check: isObject, expects: 'an object' };
const texts = {
  check: (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  expects: 'a list of texts',
};
const textMap = {
  check: (value: unknown) => isObject(value) && texts.check(Object.values(value)),
  expects: 'an object of texts',
};

const anyText = { check: (value: unknown) => typeof value === 'string', expects: 'a text' };
const headerText = {
  check: (value: unknown) => text.check(value) && isHeader('x', String(value)),
  expects: 'a text that a header can hold',
};
const headers = {
  check: (value: unknown) =>
    textMap.check(value) &&
    Object.entries(value as object).every(([name, content]) => isHeader(name, content)),
  expects: 'an object of HTTP headers',
};

function oneOf(...words: string[]) {
  return {
    check: (value: unknown) => words.some((word) => word === value),
    expects: `one of ${words.join(', ')}`,
  };
}

/** The members of a fault. */
export const faultForm: Form = {
  action: { ...text, needed: true },
  where: textMap,
  accessKeyId: text,
  skip: count,
  count: {
    check: (value) => value === 'always' || (count.check(value) && Number(value) > 0),
    expects: 'a whole number of 1 or more, or "always"',
  },
  commit: { check: (value) => typeof value === 'boolean', expects: 'true or false' },
  delayBeforeCommitMs: delay,
  delayAfterCommitMs: delay,
  hold: oneOf('before-commit', 'after-commit'),
  answer: object,
  version: object,
};

const versionForm: Form = {
  status: oneOf('creating', 'created', 'failed'),
  listDelayMs: count,
  getDelayMs: count,
};

/** The kinds of `answer`, each with its members. */
export const answerForms: Readonly<Record<FaultAnswer['kind'], Form>> = {
  error: {
    code: { ...text, needed: true },
    status,
    message: text,
    retryAfterMs: count,
    members: object,
    headers,
  },
  html: { status, headers },
  empty: { status, headers },
  json: { body: { check: () => true, expects: 'any JSON', needed: true }, status, headers },
  raw: { text: { ...anyText, needed: true }, contentType: headerText, status, headers },
  omit: { members: { ...texts, needed: true } },
  redirect: { location: { ...headerText, needed: true }, status },
  drop: {},
  cut: { bytes: count },
  stall: { bytes: count },
  large: { bytes: { ...count, needed: true } },
  endless: {},
  hang: {},
};

/** @throws RangeError naming every mistake */
export function readFault(value: unknown): Fault {
  const mistakes = faultMistakes(value);
  if (mistakes.length > 0) throw new RangeError(`bad fault: ${mistakes.join('; ')}`);
  return value as Fault;
}

function faultMistakes(value: unknown): string[] {
  if (!isObject(value)) return ['it must be a JSON object'];
  const mistakes = formMistakes('', value, faultForm);
  if (isObject(value.version)) mistakes.push(...formMistakes('version.', value.version, versionForm));
  if (isObject(value.answer)) mistakes.push(...answerMistakes(value.answer, value.commit));
  return mistakes;
}

function answerMistakes(answer: Readonly<Record<string, unknown>>, commit: unknown): string[] {
  const { kind, ...members } = answer;
  const form =
    typeof kind === 'string' && Object.hasOwn(answerForms, kind)
      ? answerForms[kind as FaultAnswer['kind']]
      : undefined;
  if (form === undefined) return [`answer.kind must be one of ${Object.keys(answerForms).join(', ')}`];
  const mistakes = formMistakes('answer.', members, form);
  if (commit === false && answersFromTruth.includes(String(kind))) {
    mistakes.push(`commit must be true for an answer of kind ${kind}, which is made from the true answer`);
  }
  return mistakes;
}

function formMistakes(prefix: string, value: Readonly<Record<string, unknown>>, form: Form): string[] {
  const mistakes: string[] = [];
  for (const [name, { needed }] of Object.entries(form)) {
    if (needed && value[name] === undefined) mistakes.push(`${prefix}${name} is missing`);
  }
  for (const [name, member] of Object.entries(value)) {
    const rule = Object.hasOwn(form, name) ? form[name] : undefined;
    if (rule === undefined) mistakes.push(`${prefix}${name} is not known`);
    else if (member !== undefined && !rule.check(member)) {
      mistakes.push(`${prefix}${name} must be ${rule.expects}, not ${JSON.stringify(member)}`);
    }
  }
  return mistakes;
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
