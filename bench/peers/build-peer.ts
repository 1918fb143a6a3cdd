/** Builds the peer on controller-runtime, once for each state of its sources. */
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../test/control-plane/binaries.ts';
import { withFileLock } from '../../test/control-plane/file-lock.ts';
import { platform } from '../../test/control-plane/platform.ts';
import { SupervisedFolder, waitForSuccess } from '../../test/control-plane/supervised-folder.ts';

const sources = join(import.meta.dirname, 'controller-runtime');
const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags=-s -w'];

/**
 * The path of the program, in the cache of the control plane's programs. Its modules go to Go's own cache.
 * @param onProgress told once, before a build begins; by default it goes to standard error
 * @throws Error without Go 1.26 or later, or with the end of Go's output
 */
export async function buildPeer(onProgress: (line: string) => void = console.error): Promise<string> {
  const cache = cacheFolder(process.env);
  const program = join(cache, `peer-controller-runtime-${await hashOfSources()}-${platform}`);
  if (await canRun(program)) return program;
  await mkdir(cache, { recursive: true });
  // Whoever held the lock before may have built it.
  return withFileLock(join(cache, 'peer.lock'), { onProgress }, async () => {
    if (!(await canRun(program))) await build(program, onProgress);
    return program;
  });
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(flags.join(' '));
  const files = await readdir(sources, { recursive: true });
  for (const file of files.filter(isSource).sort()) {
    hash.update(`\0${file}\0`).update(await readFile(join(sources, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

function isSource(file: string): boolean {
  return /(^|\/)(go\.mod|go\.sum|[^/]+\.go)$/.test(file) && !file.endsWith('_test.go');
}

function canRun(program: string): Promise<boolean> {
  return access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function build(program: string, onProgress: (line: string) => void): Promise<void> {
  onProgress(
    'building the peer on controller-runtime, once; it takes minutes where Go has built little of it before',
  );
  await using scratch = await SupervisedFolder.create(`${program}.build-`);
  const output = join(scratch.path, 'peer');
  const args = ['build', ...flags, '-o', output, '.'];
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
  const go = await scratch
    .start({ name: 'go', command: 'go', args, env, cwd: sources })
    .catch((cause: Error) => {
      throw new Error(`cannot run go, version 1.26 or later (https://go.dev/dl): ${cause.message}`, {
        cause,
      });
    });
  await waitForSuccess('go build', go);
  await rename(output, program);
}
