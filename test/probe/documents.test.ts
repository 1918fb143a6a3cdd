/** Holds docs/guarantees.md and docs/probe.md to the code that they tell of. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settleDelaysMs } from '../../src/cloud/settle-delays.ts';
import { probeSettings, runSettings } from '../../src/config/settings.ts';
import { allQuestions, neverAsked } from '../../src/probe/questions.ts';

const guarantees = readFileSync('docs/guarantees.md', 'utf8');
const probe = readFileSync('docs/probe.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

const matches = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, match]) => match as string);

describe('docs/guarantees.md', () => {
  test('has a row for every question of the probe, in their order', () => {
    const [, section = ''] = guarantees.split('| question | assumed |');
    expect(matches(section, /^\| `([a-z-]+)` \|/gm)).toEqual(['reach', ...allQuestions.map(({ id }) => id)]);
    expect(section).toContain('Two things are never asked');
    expect(neverAsked).toHaveLength(2);
  });

  test('names every flag that an answer may lead to', () => {
    for (const { id, safeFlag } of allQuestions.filter((question) => question.safeFlag !== undefined))
      expect(guarantees, id).toContain(`**\`${safeFlag}\`**`);
  });

  test('names only settings and values that there are', () => {
    const named = guarantees.matchAll(/`--(owner-id|leader-elect|duplicate-names|blanks-in-\w+)(?: (\w+))?/g);
    const settings = Object.values(runSettings);
    for (const [text, flag, value] of named) {
      const setting = settings.find((candidate) => candidate.flag === flag);
      expect(setting, text).toBeDefined();
      if (value !== undefined) expect(setting?.parse(value), text).toBeDefined();
    }
  });

  test('tells the settle delays as they are', () => {
    expect(guarantees).toContain(
      `${settleDelaysMs.refused / 1_000} seconds where duplicate names are refused`,
    );
    expect(guarantees).toContain(`${settleDelaysMs.unproven / 60_000} minutes where that is unproven`);
  });

  test('names only tests and scripts that there are', () => {
    const paths = matches(guarantees, /(test\/[\w./-]*\w)/g);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    expect(matches(guarantees, /`npm run ([\w-]+)/g).filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('docs/probe.md names every flag of the probe', () => {
  const flags = [...Object.values(probeSettings).map(({ flag }) => flag), 'yes', 'only-clean-up'];
  const letters = new Map([['output', '`-o json`']]);
  expect(flags.filter((flag) => !probe.includes(letters.get(flag) ?? `\`--${flag}\``))).toEqual([]);
});
