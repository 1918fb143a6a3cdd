/** Builds the programs from the upstream Go modules; go.mod beside this file names the versions, go.sum their content. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProgramName } from './binaries.ts';
import { platform } from './platform.ts';
import { runToEnd } from './run-to-end.ts';
import { SupervisedFolder } from './supervised-folder.ts';

const packages: Readonly<Record<ProgramName, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
};

const progressEveryMs = 10_000;

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
 * Builds one program; its path. The modules stay in Go's own module cache (0.8 GB once), the intermediate results (up
 * to 3 GB) in a folder that is gone afterwards. Throws with the end of Go's output.
 */
export async function buildProgram(input: BuildInput): Promise<string> {
  const { program, folder, env, onProgress, signal } = input;
  const version = await requiredVersion('k8s.io/kubernetes');
  await using scratch = await SupervisedFolder.create(join(dirname(folder), 'build-'));
  const output = join(scratch.path, program);
  onProgress(`${program}: building it from its Go modules, once; this takes some minutes`);
  const spec = {
    name: 'go',
    command: 'go',
    args: [
      'build',
      '-v',
      '-trimpath',
      '-buildvcs=false',
      '-mod=readonly',
      `-ldflags=${linkerFlags(version)}`,
      '-o',
      output,
      packages[program],
    ],
    env: { ...env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOCACHE: join(scratch.path, 'go-build') },
    cwd: import.meta.dirname,
  };
  let stopReporting = () => {};
  await runToEnd(scratch, spec, (process) => {
    const abort = () => process.kill('SIGKILL');
    const timer = setInterval(
      () => void report(program, process.logFile, start, onProgress),
      progressEveryMs,
    );
    const start = Date.now();
    signal?.addEventListener('abort', abort, { once: true });
    stopReporting = () => {
      clearInterval(timer);
      signal?.removeEventListener('abort', abort);
    };
  }).finally(() => stopReporting());
  await mkdir(folder, { recursive: true });
  await rename(output, join(folder, program));
  return join(folder, program);
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

async function report(
  program: string,
  logFile: string,
  start: number,
  onProgress: (line: string) => void,
): Promise<void> {
  const last = await readLastLine(logFile);
  onProgress(`${program}: ${Math.round((Date.now() - start) / 1000)} s, now ${last}`);
}

async function readLastLine(file: string): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const length = Math.min(size, 4_096);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8').trimEnd().split('\n').at(-1) ?? '';
}
