/** The official tarball with etcd, kube-apiserver and kubectl, made for tests by kubernetes-sigs/controller-tools. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { download } from './download.ts';
import { platform } from './platform.ts';
import type { ProgramName } from './program-name.ts';
import { SupervisedFolder, waitForSuccess } from './supervised-folder.ts';

export interface EnvtestRelease {
  readonly version: string;
  /** Of the cache folder. */
  readonly folderName: string;
  readonly url: string;
  /** Hexadecimal; undefined where there is no tarball for this platform. */
  readonly sha512: string | undefined;
  /** Without an answer in this time the host counts as unreachable: behind a firewall it may never refuse. */
  readonly answerWithinMs: number;
}

const version = '1.36.2';

/** From envtest-releases.yaml of that project. */
const sha512ByPlatform: Readonly<Record<string, string>> = {
  'linux-amd64':
    'ea743186c8a799f5cf8faf16969f86189d003cb7d130e0ac4b58789f1e5748dcf30ebe91c837a10d5ac415383da3e10b9e64d65785c938c23e739781cfb76f08',
  'linux-arm64':
    '2d72ee985a8e262a3c57dc9f7f0fd891f6a8c7bf7ebaa2db6dc6d8eac8ae28181afe51c1f368b67756cdb40b10de9b205609e1726e5f27f7c6d824dd9c6649ac',
  'darwin-amd64':
    'b4fe9f973cd1992e3880f8b230ed32c0c243b83371591e3e3315f4404df2cdbef8ee94eeb9bb245b7e5feb987d5c4a76c43e0877654ab73f00d7bbc2b9984514',
  'darwin-arm64':
    '9278f9e5af556b2f1f2d139769c1f0d717c7b4426917fdebdba898bcb725a916e4910d6160886194ff9be9589ea7c5c32c2b8ae0754703874b7c8ba8ddfc41ce',
};

export const envtestRelease: EnvtestRelease = {
  version,
  folderName: `envtest-${version}-${platform}`,
  url: `https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v${version}/envtest-v${version}-${platform}.tar.gz`,
  sha512: sha512ByPlatform[platform],
  answerWithinMs: 8_000,
};

export interface DownloadInput {
  readonly release: EnvtestRelease;
  readonly program: ProgramName;
  /** Where the programs of the tarball go. */
  readonly folder: string;
  /** The folder of built programs: kubectl and kube-apiserver are not mixed from two releases. */
  readonly built: string;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Downloads, checks and unpacks the release; the path of the program. Throws with the cause. */
export async function downloadRelease(input: DownloadInput): Promise<string> {
  const { release, program, folder, built, onProgress, signal } = input;
  if (program === 'kube-controller-manager') throw new Error('the official tarball does not hold it');
  if (existsSync(join(built, 'kube-apiserver'))) {
    throw new Error(`not tried: kube-apiserver comes from ${built}, and ${program} must be of its version`);
  }
  if (release.sha512 === undefined) throw new Error(`there is no official tarball for ${platform}`);
  onProgress(`${program}: downloading Kubernetes ${release.version} from ${release.url}`);
  await using scratch = await SupervisedFolder.create(join(dirname(folder), 'download-'));
  const tarball = join(scratch.path, 'envtest.tar.gz');
  await download({ url: release.url, file: tarball, answerWithinMs: release.answerWithinMs, signal });
  await checkSha512(tarball, release);
  const args = ['-xzf', tarball, '-C', scratch.path];
  const tar = await scratch.start({ name: 'tar', command: 'tar', args, env: process.env });
  await waitForSuccess('tar', tar);
  await mkdir(folder, { recursive: true });
  for (const name of ['etcd', 'kube-apiserver', 'kubectl']) {
    await rename(join(scratch.path, 'controller-tools', 'envtest', name), join(folder, name));
  }
  return join(folder, program);
}

async function checkSha512(file: string, { url, sha512 }: EnvtestRelease): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== sha512) throw new Error(`${url} has SHA-512 ${actual}, not ${sha512}`);
}
