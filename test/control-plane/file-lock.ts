/** A lock between processes, held as a file that names its owner. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
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
  if (host === hostname() && !isAlive(pid)) return true;
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
 * Removes the lock that was seen to be stale. Another waiter may have broken it and taken the lock meanwhile: then what
 * was moved away is given back.
 */
export async function breakLock(path: string, seen: LockOwner): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readOwner(aside))?.token !== seen.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
