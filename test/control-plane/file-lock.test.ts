import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { breakLock, withFileLock } from './file-lock.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-lock-test-'));
  path = join(folder, 'lock');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The id of a process that has been, and is no more. */
async function endedProcessId(): Promise<number> {
  const child = execFile(process.execPath, ['--version']);
  await once(child, 'close');
  return child.pid ?? 0;
}

function writeLock(owner: object): Promise<void> {
  return writeFile(path, JSON.stringify({ pid: process.pid, host: hostname(), token: 'other', ...owner }));
}

describe('withFileLock', () => {
  test('gives back what the work gives and removes its file', async () => {
    expect(await withFileLock(path, {}, async () => 'result')).toBe('result');
    expect(await readdir(folder)).toEqual([]);
  });

  test('lets go when the work fails', async () => {
    const failing = withFileLock(path, {}, () => Promise.reject(new Error('work failed')));
    await expect(failing).rejects.toThrow('work failed');
    expect(await readdir(folder)).toEqual([]);
  });

  test('lets one of several processes work at a time', async () => {
    const log = join(folder, 'log');
    const script = `
      import { appendFile } from 'node:fs/promises';
      import { setImmediate } from 'node:timers/promises';
      import { breakLock, withFileLock } from ${JSON.stringify(join(import.meta.dirname, 'file-lock.ts'))};
      for (let round = 0; round < 5; round += 1) {
        await withFileLock(${JSON.stringify(path)}, {}, async () => {
          await appendFile(${JSON.stringify(log)}, 'in\\n');
          for (let turn = 0; turn < 50; turn += 1) await setImmediate();
          await appendFile(${JSON.stringify(log)}, 'out\\n');
        });
      }`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    await Promise.all([run(), run(), run()]);
    expect(await readFile(log, 'utf8')).toBe('in\nout\n'.repeat(15));
  });

  test.each([
    ['whose process has ended', async () => writeLock({ pid: await endedProcessId() })],
    [
      'that was not refreshed for a minute, whatever has its process id now',
      async () => {
        await writeLock({});
        const longAgo = new Date(Date.now() - 61_000);
        await utimes(path, longAgo, longAgo);
      },
    ],
    [
      'that another waiter died over while it broke it',
      async () => {
        await writeLock({ pid: await endedProcessId() });
        await writeFile(`${path}.breaking`, '');
        const longAgo = new Date(Date.now() - 61_000);
        await utimes(`${path}.breaking`, longAgo, longAgo);
      },
    ],
    [
      'that a crash of the machine cut short a minute ago',
      async () => {
        await writeFile(path, '{"pid"');
        const longAgo = new Date(Date.now() - 61_000);
        await utimes(path, longAgo, longAgo);
      },
    ],
  ])('takes over the lock %s', async (_, prepare) => {
    await prepare();
    expect(await withFileLock(path, {}, async () => 'taken over')).toBe('taken over');
    expect(await readdir(folder)).toEqual([]);
  });

  test('lets one of several waiters take over a lock at a time', async () => {
    await writeLock({ pid: await endedProcessId() });
    const log = join(folder, 'log');
    const work = async () => {
      await appendFile(log, 'in\n');
      await appendFile(log, 'out\n');
    };
    await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, {}, work)));
    expect(await readFile(log, 'utf8')).toBe('in\nout\n'.repeat(8));
  });

  test('does not break a lock that another waiter took since it was seen', async () => {
    await writeLock({ token: 'new owner' });
    await breakLock(path, { pid: await endedProcessId(), host: hostname(), token: 'stale owner' });
    expect(JSON.parse(await readFile(path, 'utf8')).token).toBe('new owner');
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test('names the process that it waits for, and stops waiting when aborted', async () => {
    await writeLock({ host: 'another-host', pid: 4711 });
    const abort = new AbortController();
    const waiting = withFileLock(
      path,
      { signal: abort.signal, onProgress: (line) => abort.abort(new Error(line)) },
      () => Promise.reject(new Error('must not run')),
    );
    await expect(waiting).rejects.toThrow('waiting for process 4711');
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(4711);
  });
});
