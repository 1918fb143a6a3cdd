import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startControlPlane } from './control-plane.ts';

interface Held {
  readonly folder: string;
  readonly etcd: number;
  readonly apiServer: number;
}

let temporaryFolder: string;

beforeEach(async () => {
  temporaryFolder = await mkdtemp(join(tmpdir(), 'left-behind-test-'));
  vi.stubEnv('TMPDIR', temporaryFolder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporaryFolder, { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function holdControlPlane(): Promise<[ChildProcess, Held]> {
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-control-plane.ts')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(holder.stdout), 'line');
  return [holder, JSON.parse(line)];
}

async function expectNothingLeft({ folder, etcd, apiServer }: Held): Promise<void> {
  await eventually(() =>
    expect([existsSync(folder), isAlive(etcd), isAlive(apiServer)]).toEqual([false, false, false]),
  );
}

describe('what a control plane leaves behind', () => {
  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
    'is nothing after %s to its whole process group',
    async (signal) => {
      const [holder, held] = await holdControlPlane();
      expect([existsSync(held.folder), isAlive(held.etcd), isAlive(held.apiServer)]).toEqual([
        true,
        true,
        true,
      ]);
      process.kill(-(holder.pid ?? 0), signal);
      await expectNothingLeft(held);
    },
  );

  test('is nothing after stop()', async () => {
    const controlPlane = await startControlPlane();
    const { etcd = 0, apiServer = 0 } = controlPlane.processIds();
    await controlPlane.stop();
    expect([isAlive(etcd), isAlive(apiServer), await readdir(temporaryFolder)]).toEqual([false, false, []]);
  });

  test('is nothing but an error with the end of the log when a program does not start', async () => {
    const start = startControlPlane({ apiServerFlags: ['--no-such-flag'] });
    await expect(start).rejects.toThrow(
      /kube-apiserver ended with exit code 1[\s\S]*unknown flag: --no-such-flag/,
    );
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  test('is nothing when its start is aborted', async () => {
    const abort = new AbortController();
    const start = startControlPlane({ signal: abort.signal });
    await eventually(async () => {
      const [folder = ''] = await readdir(temporaryFolder);
      expect(await readdir(join(temporaryFolder, folder))).toContain('kube-apiserver.log');
    });
    abort.abort(new Error('changed our mind'));
    await expect(start).rejects.toThrow('changed our mind');
    expect(await readdir(temporaryFolder)).toEqual([]);
  });
});
