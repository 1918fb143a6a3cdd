/** Builds the programs from the upstream Go modules; go.mod beside this file names the versions, go.sum their content. */
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { platform } from './platform.ts';
import { type ProgramName, programNames } from './program-name.ts';
import { SupervisedFolder, waitForSuccess } from './supervised-folder.ts';

const packages: Readonly<Record<ProgramName, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
};

const progressEveryMs = 10_000;
const keepIntermediatesMs = 24 * 3_600_000;

/** The name of the cache folder for what go.mod names now. */
export async function builtVersions(): Promise<string> {
  const [kubernetes, etcd] = await Promise.all([
    requiredVersion('k8s.io/kubernetes'),
    requiredVersion(packages.etcd),
  ]);
  return `kubernetes-${kubernetes}-etcd-${etcd}-${platform}`;
}

export interface BuildInput {
  readonly program: ProgramName;
  /** Where the program goes. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds one program; its path. Modules go to Go's own module cache (0.9 GB). What is compiled on the way (up to 3 GB)
 * is kept beside the folder while programs are missing there, since the next one then takes seconds instead of
 * minutes; see removeUnusedIntermediates. Throws with the end of Go's output.
 */
export async function buildProgram(input: BuildInput): Promise<string> {
  const { program, folder, onProgress } = input;
  await using scratch = await SupervisedFolder.create(join(dirname(folder), 'build-'));
  const output = join(scratch.path, program);
  onProgress(`${program}: building it from its Go modules, once; the first program takes minutes`);
  await mkdir(intermediatesOf(folder), { recursive: true });
  await runGo(scratch, input, await buildArguments(program, output));
  await mkdir(folder, { recursive: true });
  await rename(output, join(folder, program));
  const present = await readdir(folder);
  if (programNames.every((name) => present.includes(name))) await removeIntermediates(folder);
  else onProgress(`keeping ${intermediatesOf(folder)} for a day, for the programs still to be built`);
  return join(folder, program);
}

/** Removes what builds into the folder left behind once no build has used it for a day. */
export async function removeUnusedIntermediates(folder: string): Promise<void> {
  const used = await stat(intermediatesOf(folder)).catch(() => undefined);
  if (used !== undefined && Date.now() - used.mtimeMs > keepIntermediatesMs)
    await removeIntermediates(folder);
}

function intermediatesOf(folder: string): string {
  return `${folder}.go-build`;
}

async function removeIntermediates(folder: string): Promise<void> {
  await rm(intermediatesOf(folder), { recursive: true, force: true });
}

async function buildArguments(program: ProgramName, output: string): Promise<string[]> {
  const flags = linkerFlags(await requiredVersion('k8s.io/kubernetes'));
  const reproducible = ['-trimpath', '-buildvcs=false', '-mod=readonly'];
  return ['build', '-v', ...reproducible, `-ldflags=${flags}`, '-o', output, packages[program]];
}

async function runGo(scratch: SupervisedFolder, input: BuildInput, args: readonly string[]): Promise<void> {
  const { program, folder, env, onProgress, signal } = input;
  const intermediates = intermediatesOf(folder);
  const start = Date.now();
  await utimes(intermediates, new Date(), new Date());
  const goEnv = { ...env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOCACHE: intermediates };
  const go = await scratch
    .start({ name: 'go', command: 'go', args, env: goEnv, cwd: import.meta.dirname })
    .catch((cause: Error) => {
      throw new Error(`cannot run go, version 1.26 or later (https://go.dev/dl): ${cause.message}`, {
        cause,
      });
    });
  const abort = () => go.kill('SIGKILL');
  signal?.addEventListener('abort', abort, { once: true });
  const timer = setInterval(async () => {
    const seconds = Math.round((Date.now() - start) / 1000);
    onProgress(`${program}: ${seconds} s, now ${await readLastLine(go.logFile)}`);
  }, progressEveryMs);
  await waitForSuccess('go build', go).finally(() => {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
  });
}

/** Without these the programs report a made-up version. */
function linkerFlags(version: string): string {
  const [major, minor] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const settings = Object.entries(values).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  return ['-s', '-w', ...settings].join(' ');
}

/** The version that go.mod requires of a module, without its v. */
async function requiredVersion(module: string): Promise<string> {
  const goMod = join(import.meta.dirname, 'go.mod');
  for (const line of (await readFile(goMod, 'utf8')).split('\n')) {
    const [name, version] = line.trim().split(/\s+/);
    if (name === module && version?.startsWith('v')) return version.slice(1);
  }
  throw new Error(`${goMod} requires no version of ${module}`);
}

async function readLastLine(file: string): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const length = Math.min(size, 4_096);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8').trimEnd().split('\n').at(-1) ?? '';
}
