import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { EdgeappProcess } from './edgeapp-process.ts';

/** Replaces what a command calls by something that fails, as a bug would. */
const withBug = (thrown: string): string =>
  `data:text/javascript,${encodeURIComponent(`JSON.stringify = () => { throw ${thrown} };`)}`;

describe('An error that the command line meets', () => {
  it.each([
    'new RangeError("a bug")',
    'new Error("a bug")',
    'new TypeError("a bug")',
    'Object.assign(new Error("a bug"), { code: "ERR_BUG" })',
  ])('shows its stack where it is a bug: %s', async (thrown) => {
    const { exitCode, stderr } = await new EdgeappProcess({
      args: ['plan', '-f', 'deploy/samples/minimal.yaml'],
      nodeArgs: ['--import', withBug(thrown)],
    }).ended;
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('a bug');
    expect(stderr).toMatch(/\n\s+at /);
  });

  it('shows one sentence where a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { exitCode, stderr } = await new EdgeappProcess({
      args: ['emulator', '--listen', `127.0.0.1:${port}`],
    }).ended;
    server.close();
    expect({ exitCode, lines: stderr.trim().split('\n').length }).toEqual({ exitCode: 1, lines: 1 });
    expect(stderr).toMatch(/^error: listen EADDRINUSE/);
  });

  it.each([
    { title: 'an address', args: ['--listen', 'here'], says: 'must be host:port' },
    {
      title: 'a state file',
      args: ['--state-file', 'package.json'],
      says: 'is not JSON; the state file is damaged',
    },
  ])('shows what is wrong with $title, and exit code 2', async ({ args, says }) => {
    const { exitCode, stderr } = await new EdgeappProcess({ args: ['emulator', ...args] }).ended;
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
