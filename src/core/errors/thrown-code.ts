/** Finds the code of an error that a library threw, which carries it in one of two places. */
import { isRecord } from '../json/is-record.ts';

/**
 * The code in the spelling of `error-table.json`: the error's `code`, else its `name`. An error that has neither gets
 * `(no HTTP status, unknown error)`.
 */
export function thrownCode(thrown: unknown): string {
  const { code, name } = isRecord(thrown) ? thrown : {};
  return textOf(code) ?? codeByName(textOf(name)) ?? unknownError;
}

const unknownError = '(no HTTP status, unknown error)';

/** `Error` is what every plain error is called, so it says nothing. */
function codeByName(name: string | undefined): string | undefined {
  return name === 'Error' ? undefined : name;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
