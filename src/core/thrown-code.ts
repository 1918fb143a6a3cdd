/** Finds the code of an error that a library threw, which carries it in one of three places. */
import { isRecord } from './canonical-json.ts';
import { errorTable } from './error-table.ts';

/**
 * The code in the spelling of `error-table.json`: the error's `code`, else the entry that its message begins
 * like, else its `name`. An error that has none of them gets `(no HTTP status, unknown error)`.
 */
export function thrownCode(thrown: unknown): string {
  const { code, message, name } = isRecord(thrown) ? thrown : {};
  return textOf(code) ?? codeByMessage(textOf(message) ?? '') ?? codeByName(textOf(name)) ?? unknownError;
}

export const unknownError = '(no HTTP status, unknown error)';

const messagePatterns = errorTable
  .filter(({ field }) => field === 'message')
  .map(({ code, pattern = '' }) => ({ code, pattern: new RegExp(pattern, 'i') }));

function codeByMessage(message: string): string | undefined {
  return messagePatterns.find(({ pattern }) => pattern.test(message))?.code;
}

/** `Error` is what every plain error is called, so it says nothing. */
function codeByName(name: string | undefined): string | undefined {
  return name === 'Error' ? undefined : name;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
