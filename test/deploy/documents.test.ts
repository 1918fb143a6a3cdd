import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Setting } from '../../src/config/setting.ts';
import { runSettings } from '../../src/config/settings.ts';

const documents = [...globSync('*.md'), ...globSync('docs/**/*.md')];

describe('the documents', () => {
  test.for(documents)('%s links only to files and headings that are there', (path) => {
    const text = readFileSync(path, 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target as string);
    expect(targets.filter((target) => !isThere(path, target))).toEqual([]);
  });
});

function isThere(from: string, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(path)) return false;
  return heading === undefined || headingsOf(readFileSync(path, 'utf8')).includes(heading);
}

/** As GitHub makes anchors of them: lower case, dashes for blanks, no punctuation. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('the README lists every setting as the program knows it', () => {
  const rows = Object.values(runSettings).map(
    ({ flag, variable, initial, isOptional, about }: Setting<unknown>) => {
      const value = initial === undefined ? (isOptional ? '' : '**required**') : `\`${initial}\``;
      return `| \`--${flag}\` | ${variable === undefined ? '' : `\`${variable}\``} | ${value} | ${about} |`;
    },
  );
  const readme = readFileSync('README.md', 'utf8');
  expect(readme.split('\n').filter((line) => line.startsWith('| `--'))).toEqual(rows);
});
