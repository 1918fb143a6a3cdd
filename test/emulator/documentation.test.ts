import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adminRoutes } from '../../src/emulator/admin-routes.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { answerForms, faultForm } from '../../src/emulator/fault-checks.ts';
import { switchTable } from '../../src/emulator/switches.ts';
import { appId } from './raw-call.ts';

const text = readFileSync(new URL('../../docs/emulator.md', import.meta.url), 'utf8');

/** The first cells of the rows of the table with this heading, code marks removed. */
function table(heading: string): string[][] {
  const [, rows = ''] = text.split(`\n| ${heading} `);
  const [body = ''] = rows.split('\n\n');
  return body
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'))
        .slice(1),
    );
}

/** The curl commands of the page, as request, their addresses replaced by the running emulator's. */
function curlCommands(api: string, admin: string) {
  return [...text.matchAll(/^curl (?:-X (\S+) )?'?(http[^ '\n]+)'?(?: -d '(.*)')?$/gm)].map((match) => {
    const [command, method = 'GET', url = '', body] = match;
    const target = url.replace('http://127.0.0.1:18080', api).replace('http://127.0.0.1:18081', admin);
    return { command, target, init: { method, ...(body !== undefined && { body }) } };
  });
}

describe('docs/emulator.md', () => {
  it('lists every switch with its default', () => {
    const documented = table('switch').map(([name, initial]) => [name, initial]);
    const actual = Object.entries(switchTable).map(([name, { initial }]) => [name, String(initial)]);
    expect(documented).toEqual(actual);
  });

  it('lists every path of the admin port', () => {
    const actual = Object.entries(adminRoutes).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(table('path').map(([path]) => path)).toEqual(actual);
  });

  it('lists every member of a fault, and every kind of answer with its members', () => {
    expect(table('member').map(([name]) => name)).toEqual(Object.keys(faultForm));
    const documented = table('`answer.kind`').map(([kind, members = '']) => [
      kind,
      [...members.matchAll(/`?(\w+)`?(?: \(\d+\))?/g)].map(([, name]) => name).sort(),
    ]);
    const actual = Object.entries(answerForms).map(([kind, form]) => [kind, Object.keys(form).sort()]);
    expect(documented).toEqual(actual);
  });

  it('has curl commands that all work as written', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    const commands = curlCommands(emulator.url, emulator.adminUrl);
    expect(commands).toHaveLength([...text.matchAll(/^curl /gm)].length);
    for (const { command, target, init } of commands) {
      const response = await fetch(target, init);
      expect([command, response.ok, await response.text()]).toEqual([command, true, expect.any(String)]);
    }
  });
});
