import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadErrorsDocument } from '../../src/cli/errors-document.ts';
import { nearest } from '../../src/cli/nearest.ts';
import { errorTable } from '../../src/core/errors/error-table.ts';
import { reasons } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { edgeapp } from './edgeapp-process.ts';

const document = readFileSync('docs/errors.md', 'utf8');

describe('edgeapp explain', () => {
  it('prints the section on a reason as it is in docs/errors.md, in whatever case it is asked for', async () => {
    const { exitCode, stdout, stderr } = await edgeapp('explain', 'namereserved');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [, section = ''] = document.split('\n## NameReserved\n');
    expect(stdout).toContain(section.split('\n## ')[0]?.trim());
    expect(stdout).toMatch(/^NameReserved\n/);
  });

  it('prints what the table says of a code, and the section on its reason', async () => {
    const { stdout } = await edgeapp('explain', 'INVALIDAPP.NOTFOUND');
    const entry = errorTable.find(({ code }) => code === 'InvalidApp.NotFound');
    expect(stdout).toContain(`InvalidApp.NotFound\n  Class:  ${entry?.class}\n  Effect: ${entry?.effect}\n`);
    expect(stdout).toContain(`  Remedy: ${entry?.remedy}\n`);
    expect(stdout).toContain('\n\nAppNotFound\n\n`Stalled=True`.');
  });

  it('finds the family of a code that has no row of its own', async () => {
    const { exitCode, stdout } = await edgeapp('explain', 'Throttling.Api.New');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Throttling\.\*\n/);
  });

  it.each([
    { word: 'NameReservd', says: 'NameReserved' },
    { word: 'credentials', says: 'CredentialsInvalid' },
    { word: 'qqqqqqqqqqqqqqqq', says: 'docs/errors.md' },
    { word: '(no code)', says: 'counts by its HTTP status' },
    { word: '__proto__', says: 'there is no reason or code __proto__' },
  ])('says of $word that it is unknown, and what is near', async ({ word, says }) => {
    const { exitCode, stdout, stderr } = await edgeapp('explain', word);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error: there is no reason or code [^\n]*\n$/);
    expect(stderr).toContain(says);
  });

  it('wants a word', async () => {
    expect((await edgeapp('explain')).exitCode).toBe(2);
  });
});

it('every reason has a page, and every code of the table', () => {
  const { sections, rows } = loadErrorsDocument();
  expect([...sections.keys()]).toEqual([...reasons]);
  expect(rows.every(({ reason }) => sections.has(reason))).toBe(true);
  const codes = new Set(rows.map(({ code }) => code));
  expect(errorTable.filter(({ code }) => !codes.has(code))).toEqual([]);
});

it.each([
  ['kitten', ['sitting', 'mitten', 'kitten'], ['kitten', 'mitten']],
  ['name', ['NameReserved', 'xyz'], ['NameReserved']],
  ['', ['abc'], []],
])('nearest(%j) of %j is %j', (word, words, expected) => {
  expect(nearest(word, words)).toEqual(expected);
});
