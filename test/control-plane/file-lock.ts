/** A lock between processes, held as a file that names its owner. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const refreshEveryMs = 5_000;
const pollEveryMs = 200;
/** An owner refreshes its file; one that has not for this long is gone, whatever has its process id now. */
const staleAfterMs = 60_000;

export interface FileLockOptions {
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/** Runs `work` while this process alone holds the lock at `path`; takes over the lock of a process that is gone. */
export async function withFileLock<T>(
  path: string,
  options: FileLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const owner: LockOwner = { pid: process.pid, host: hostname(), token: randomUUID() };
  await acquire(path, owner, options);
  const refresh = setInterval(() => void touch(path), refreshEveryMs);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    if ((await readOwner(path))?.token === owner.token) await rm(path, { force: true });
  }
}

async function acquire(
  path: string,
  owner: LockOwner,
  { onProgress, signal }: FileLockOptions,
): Promise<void> {
  let announced: string | undefined;
  while (!(await tryCreate(path, owner))) {
    const holder = await readOwner(path);
    if (holder === undefined) continue;
    if (await isStale(path, holder)) {
      await breakLock(path, holder);
      continue;
    }
    if (announced !== holder.token) onProgress?.(`waiting for process ${holder.pid}, which holds ${path}`);
    announced = holder.token;
    await delay(pollEveryMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

/** `link` creates the file with its content in one step, and fails where it exists. */
async function tryCreate(path: string, owner: LockOwner): Promise<boolean> {
  const draft = `${path}.${owner.token}`;
  await writeFile(draft, JSON.stringify(owner));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readOwner(path: string): Promise<LockOwner | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Cut short by a crash of the machine: goes stale with its age.
    return { pid: 0, host: '', token: text };
  }
}

async function isStale(path: string, { pid, host }: LockOwner): Promise<boolean> {
  return (host === hostname() && !isAlive(pid)) || (await isOld(path));
}

async function isOld(path: string): Promise<boolean> {
  const modified = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  return Date.now() - modified > staleAfterMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Removes the lock that was seen to be stale, unless another waiter has broken it meanwhile: they break one at a time, and
 * nobody else replaces a lock that is there.
 */
export async function breakLock(path: string, seen: LockOwner): Promise<void> {
  const guard = `${path}.breaking`;
  if (!(await tryGuard(guard))) return;
  try {
    if ((await readOwner(path))?.token === seen.token) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** One that died while it held the guard, which takes no time, is not waited for either. */
async function tryGuard(guard: string): Promise<boolean> {
  try {
    await writeFile(guard, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isOld(guard)) await rm(guard, { force: true });
    return false;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
