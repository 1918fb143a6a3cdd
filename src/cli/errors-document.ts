/** `docs/errors.md`, which ships beside the program, cut into the pages that `edgeapp explain` prints. */
import { readFileSync } from 'node:fs';
import { shippedFile } from '../shipped-file.ts';

const errorsFile = shippedFile('docs/errors.md');

export interface ErrorsDocument {
  /** By reason, without the heading. */
  readonly sections: ReadonlyMap<string, string>;
  /** In the order of the table; several for a code that is judged in several ways. */
  readonly rows: readonly CodeRow[];
}

export interface CodeRow {
  readonly code: string;
  /** What the row is about beside the code, for example `a read`; empty for the usual case. */
  readonly variant: string;
  readonly class: string;
  readonly effect: string;
  readonly reason: string;
  readonly cause: string;
  readonly remedy: string;
}

/** @throws where the file is missing: an incomplete installation */
export function loadErrorsDocument(): ErrorsDocument {
  const text = readFileSync(errorsFile, 'utf8');
  const sections = text.split(/^(?=#{1,2} )/m).flatMap((part) => {
    const [, reason = '', content = ''] = /^## (\w+)\n([\s\S]*)$/.exec(part) ?? [];
    return reason ? [[reason, content.trim()] as const] : [];
  });
  return { sections: new Map(sections), rows: text.split('\n').flatMap(toRow) };
}

function toRow(line: string): CodeRow[] {
  const [, code = '', variant = '', ...cells] =
    /^\| `(.+?)`(?:, (.*?))? \| (.*?) \| (.*?) \| \[(.*?)\]\(.*?\) \| (.*?) \| (.*?) \|$/.exec(line) ?? [];
  if (code === '') return [];
  const [errorClass = '', effect = '', reason = '', cause = '', remedy = ''] = cells;
  return [{ code, variant, class: errorClass, effect, reason, cause, remedy }];
}
