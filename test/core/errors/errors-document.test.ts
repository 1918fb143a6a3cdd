import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Call,
  type ErrorClass,
  type ErrorTableEntry,
  errorTable,
  nothingToDo,
  textsOf,
} from '../../../src/core/errors/error-table.ts';
import { type Reason, reasons } from '../../../src/kinds/edge-app-version/edge-app-version.ts';

const document = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const lines = document.split('\n');

/** The table rows that `entry` must have: one for a create, and one for each other call of which it says something else. */
function rowsOf(entry: ErrorTableEntry): string[] {
  const { code, class: errorClass, classForReads = errorClass, effect, reason } = entry;
  const ofOthers = classForReads === 'Transient' ? 'ProgressingWithRetry' : reason;
  const ofDeletes = ofOthers === 'InvalidRequest' ? 'DeleteRefused' : ofOthers;
  return [
    rowOf([`\`${code}\``, errorClass, effect, reason], entry, 'create'),
    ...(entry.forReads
      ? [rowOf([`\`${code}\`, a read`, classForReads, 'none', ofOthers], entry, 'read')]
      : []),
    ...(entry.forDeletes
      ? [rowOf([`\`${code}\`, a delete`, classForReads, effect, ofDeletes], entry, 'delete')]
      : []),
  ];
}

function rowOf(
  [code, errorClass, effect, reason]: [string, ErrorClass, string, Reason],
  entry: ErrorTableEntry,
  call: Call,
): string {
  const { cause, remedy } = textsOf(entry, call);
  return `| ${[code, errorClass, effect, `[${reason}](#${reason.toLowerCase()})`, cause, remedy].join(' | ')} |`;
}

describe('docs/errors.md', () => {
  test('has one section for each reason, in the order of the list', () => {
    const sections = lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3));
    expect(sections).toEqual([...reasons]);
  });

  test.each(reasons)('tells in the section %s what the conditions say and what to do', (reason) => {
    const section = document.split(`\n## ${reason}\n`)[1]?.split('\n## ')[0] ?? '';
    expect(section).toMatch(/^\n`(Ready|Reconciling|Stalled)=(True|False)`/);
    expect(section.trim().split('\n\n').length).toBeGreaterThanOrEqual(2);
  });

  test('has a row for each code of the table, saying the same as the table', () => {
    const rows = lines.filter((line) => line.startsWith('| `'));
    expect(rows.toSorted()).toEqual(errorTable.flatMap(rowsOf).toSorted());
  });

  test.each(Object.values(nothingToDo))('tells of the three ways to have nothing to do: %s', (words) => {
    expect(document).toContain(words);
  });

  test('links to nothing that it does not have', () => {
    const anchors = new Set(lines.filter((line) => /^#+ /.test(line)).map(toAnchor));
    const links = [...document.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target ?? '');
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });
});

function toAnchor(heading: string): string {
  return heading.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-');
}
