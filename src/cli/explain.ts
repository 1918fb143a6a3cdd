/** `edgeapp explain`: the page of docs/errors.md on a reason or a code, without a network. */
import { entryForCode } from '../core/errors/classify.ts';
import { ExpectedError } from '../core/errors/expected-error.ts';
import { type CodeRow, type ErrorsDocument, loadErrorsDocument } from './errors-document.ts';
import { nearest } from './nearest.ts';

/**
 * Prints to standard output.
 * @param word a reason or a code, in whatever case
 * @throws ExpectedError naming near words where there is no page on it
 */
export function explain(word: string): void {
  process.stdout.write(`${pageOn(word, loadErrorsDocument())}\n`);
}

function pageOn(word: string, { sections, rows }: ErrorsDocument): string {
  const isWord = (other: string) => other.toLowerCase() === word.toLowerCase();
  const reason = [...sections.keys()].find(isWord);
  const known = rows.some(({ code }) => isWord(code)) ? word : entryForCode(word)?.code;
  const found = rows.filter(({ code }) => code.toLowerCase() === known?.toLowerCase());
  if (reason === undefined && found.length === 0) throw new ExpectedError(unknownWord(word, sections, rows));
  const reasons = new Set([...(reason ? [reason] : []), ...found.map((row) => row.reason)]);
  const pages = [...reasons].map((name) => `${name}\n\n${sections.get(name) ?? ''}`);
  return [...found.map(describeRow), ...pages].join('\n\n');
}

function describeRow({ code, variant, ...row }: CodeRow): string {
  return [
    `${code}${variant ? `, ${variant}` : ''}`,
    `  Class:  ${row.class}`,
    `  Effect: ${row.effect}`,
    `  Reason: ${row.reason}`,
    `  Cause:  ${row.cause}`,
    `  Remedy: ${row.remedy}`,
  ].join('\n');
}

function unknownWord(word: string, sections: ReadonlyMap<string, string>, rows: readonly CodeRow[]): string {
  const near = nearest(word, new Set([...sections.keys(), ...rows.map(({ code }) => code)]));
  const hint = near.length > 0 ? `near it are ${near.join(', ')}` : unlisted;
  return `there is no reason or code ${word}; ${hint}`;
}

const unlisted =
  'a code of the cloud that is not listed, and (no code), counts by its HTTP status: see the rows in round brackets in ' +
  'docs/errors.md, for example edgeapp explain "(4xx with unknown code)"';
