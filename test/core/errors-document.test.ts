import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reasons } from '../../src/core/edge-app-version.ts';
import { type ErrorTableEntry, errorTable } from '../../src/core/error-table.ts';

const document = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const lines = document.split('\n');

/** The table row that `entry` must have, under `code`. */
function rowOf(
  code: string,
  { class: errorClass, effect, reason, cause, remedy }: Omit<ErrorTableEntry, 'code'>,
): string {
  const link = `[${reason}](#${reason.toLowerCase()})`;
  return `| ${[code, errorClass, effect, link, cause, remedy].join(' | ')} |`;
}

function rowsOf(entry: ErrorTableEntry): string[] {
  const code = `\`${entry.code}\``;
  const row = rowOf(code, entry);
  return entry.outage ? [row, rowOf(`${code}, issuer down`, { ...entry, ...entry.outage })] : [row];
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

  test('links to nothing that it does not have', () => {
    const anchors = new Set(lines.filter((line) => /^#+ /.test(line)).map(toAnchor));
    const links = [...document.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target ?? '');
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });
});

function toAnchor(heading: string): string {
  return heading.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-');
}
