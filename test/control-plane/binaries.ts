/** Finds the programs of the control plane: a folder of the user's, our cache, the official tarball, or a build. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { downloadRelease, type EnvtestRelease, envtestRelease } from './envtest-release.ts';
import { withFileLock } from './file-lock.ts';
import { buildProgram, builtVersions, removeUnusedIntermediates } from './go-build.ts';
import type { ProgramName } from './program-name.ts';

export interface FindBinaryOptions {
  /** Told what happens while a program is not there yet; by default it goes to standard error. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Read for KUBEBUILDER_ASSETS, XDG_CACHE_HOME and PATH; process.env where absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** The tarball to try; the official one where absent. */
  readonly release?: EnvtestRelease;
}

/** One way to a program: its path, or a rejection that says what is wrong. */
type Way = readonly [name: string, find: () => Promise<string>];

/**
 * The path of a program that can be run. In this order: the folder KUBEBUILDER_ASSETS, the cache of exact versions, the
 * official tarball (one patch release behind, without kube-controller-manager), `go build`. The last two fill the
 * cache, one process at a time. Throws an Error that names each way and what failed.
 */
export async function findBinary(program: ProgramName, options: FindBinaryOptions = {}): Promise<string> {
  const { env = process.env, release = envtestRelease, onProgress = writeLine, signal } = options;
  const cache = cacheFolder(env);
  const built = join(cache, await builtVersions());
  const downloaded = join(cache, release.folderName);
  const present: Way[] = [
    ['KUBEBUILDER_ASSETS', () => findInAssets(env.KUBEBUILDER_ASSETS, program)],
    ['cache', () => findExecutable([built, downloaded], program)],
  ];
  const absent: Way[] = [
    ['download', () => downloadRelease({ release, program, folder: downloaded, built, onProgress, signal })],
    ['go build', () => buildProgram({ program, folder: built, env, onProgress, signal })],
  ];
  const path = await tryWays(present, () => undefined);
  if (path !== undefined) {
    await removeUnusedIntermediates(built);
    return path;
  }
  await mkdir(cache, { recursive: true });
  return await withFileLock(join(cache, 'lock'), { onProgress, signal }, async () => {
    const problems: string[] = [];
    // Whoever held the lock before may have filled the cache.
    const path = await tryWays([...present, ...absent], (problem) => {
      signal?.throwIfAborted();
      problems.push(`- ${problem}`);
      onProgress(`${program}: ${problem}`);
    });
    if (path !== undefined) return path;
    throw new Error(`no way to get ${program} worked:\n${problems.join('\n')}`);
  });
}

/** Where programs that took a while to get are kept. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'edgeapp-operator');
}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function tryWays(
  ways: readonly Way[],
  onProblem: (problem: string) => void,
): Promise<string | undefined> {
  for (const [name, find] of ways) {
    try {
      return await find();
    } catch (error) {
      onProblem(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return undefined;
}

async function findInAssets(folder: string | undefined, program: ProgramName): Promise<string> {
  if (!folder) throw new Error('the variable, which may name a folder that holds the programs, is not set');
  return await findExecutable([folder], program);
}

async function findExecutable(folders: readonly string[], program: ProgramName): Promise<string> {
  for (const folder of folders) {
    const path = join(folder, program);
    const canRun = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (canRun) return path;
  }
  throw new Error(
    `${folders.join(' and ')} ${folders.length > 1 ? 'hold' : 'holds'} no ${program} that can be run`,
  );
}
