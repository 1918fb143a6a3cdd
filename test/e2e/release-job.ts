/** The sample release Job, run without a kubelet: its container's command, with the ConfigMap where it is mounted. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findBinary } from '../control-plane/binaries.ts';
import { only, render } from '../deploy/render.ts';

export interface ReleaseOptions {
  /** Of the Job's ServiceAccount. */
  readonly kubeconfig: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ReleaseResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export const releaseJob = 'deploy/samples/release-job';

/** Runs the Job once, to its end. */
export async function runReleaseJob({ kubeconfig, env }: ReleaseOptions): Promise<ReleaseResult> {
  const { manifests } = await render(releaseJob);
  const { volumes, containers } = only(manifests, 'Job').spec.template.spec;
  const [{ command, volumeMounts }] = containers;
  const volume = volumes.find(({ configMap }: { configMap?: object }) => configMap !== undefined);
  const { mountPath } = volumeMounts.find(({ name }: { name: string }) => name === volume.name);
  const folder = await mkdtemp(join(tmpdir(), 'edgeapp-release-'));
  try {
    for (const [file, content] of Object.entries<string>(
      only(manifests, 'ConfigMap', volume.configMap.name).data,
    ))
      await writeFile(join(folder, file), content);
    const [program, ...args] = command.map((word: string) => word.replace(mountPath, folder));
    return await run(program, args, { ...env, ...(await environment(folder, kubeconfig)) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the Job's image and its ServiceAccount give. */
async function environment(folder: string, kubeconfig: string): Promise<Record<string, string>> {
  const kubectl = dirname(await findBinary('kubectl'));
  return { PATH: [kubectl, process.env.PATH].join(delimiter), HOME: folder, KUBECONFIG: kubeconfig };
}

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ReleaseResult> {
  const release = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = new Promise<number | null>((resolve, reject) => {
    release.once('close', resolve);
    release.once('error', reject);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(release.stdout), text(release.stderr), exit]);
  return { stdout, stderr, exitCode };
}
