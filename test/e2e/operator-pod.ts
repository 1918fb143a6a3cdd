/**
 * The operator as the rendered Deployment describes it, run here by what a kubelet would do: the container's arguments
 * and environment, the Secret in its folder, the ServiceAccount's token and the readiness probe. What has another place
 * on this machine than in a pod is translated by its value, never by its name, so that a mistake in the Deployment
 * stays a mistake.
 */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { request } from 'undici';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { findFreePort } from '../control-plane/free-port.ts';
import { Program, type ProgramSpec } from '../control-plane/program.ts';
import { type ProcessExit, SupervisedFolder } from '../control-plane/supervised-folder.ts';
import { type OperatorProcess, operatorProcess } from '../deploy/operator-process.ts';
import type { Manifest } from '../deploy/render.ts';
import { mountSecret } from './mounted-secret.ts';

/** The image's entrypoint, from the sources. */
const imageEntrypoint = resolve(import.meta.dirname, '../../src/main.ts');
/** What a container finds at these places, and where that is here. */
type Places = ReadonlyMap<string, string>;

export interface OperatorPodOptions {
  readonly controlPlane: Pick<ControlPlane, 'kubectl' | 'serviceAccountKubeconfig'>;
  /** The rendering of an overlay. */
  readonly manifests: readonly Manifest[];
  /** Addresses that the overlay names, by what stands for them here: that of ESA by that of the emulator. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The file to run in the place of the image's entrypoint. */
  readonly entrypoint?: string;
  /** Variables beside those of the container. */
  readonly env?: Readonly<Record<string, string>>;
}

export class OperatorPod implements AsyncDisposable {
  readonly logFile: string;
  /** Of `/healthz` and `/readyz`. */
  readonly healthUrl: string;
  readonly #options: OperatorPodOptions;
  readonly #process: OperatorProcess;
  readonly #folder: SupervisedFolder;
  readonly #program: Program;

  private constructor(
    options: OperatorPodOptions,
    process: OperatorProcess,
    folder: SupervisedFolder,
    { spec, healthUrl }: { readonly spec: ProgramSpec; readonly healthUrl: string },
  ) {
    this.#options = options;
    this.#process = process;
    this.#folder = folder;
    this.#program = new Program(folder, spec);
    this.healthUrl = healthUrl;
    this.logFile = join(folder.path, 'operator.log');
  }

  /** Everything but its start. The objects of the overlay, and the Secret, must be there. */
  static async create(options: OperatorPodOptions): Promise<OperatorPod> {
    const container = operatorProcess(options.manifests);
    const folder = await SupervisedFolder.create(join(tmpdir(), 'edgeapp-operator-'));
    try {
      const pod = new OperatorPod(options, container, folder, await toSpec(options, container, folder.path));
      await pod.mountSecret();
      return pod;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#program.pid;
  }

  /** Resolves once the readiness probe passes; throws with the end of its log if the process ends before. */
  start(signal?: AbortSignal): Promise<void> {
    return this.#program.start(signal);
  }

  /** Resolves with how it ended, once it does; at once while it does not run, with how it ended the last time. */
  async ended(): Promise<ProcessExit | undefined> {
    await this.#program.ended();
    return this.#program.lastExit;
  }

  /** SIGTERM, as from a kubelet, unless told; resolves with how it ended. */
  async stop(signal?: NodeJS.Signals): Promise<ProcessExit | undefined> {
    await this.#program.stop(signal);
    return this.#program.lastExit;
  }

  /** What a kubelet does by itself some time after the Secret was changed. */
  async mountSecret(): Promise<void> {
    const { namespace, credentials: name } = this.#process;
    await mountSecret(this.#options.controlPlane, { namespace, name }, credentialsFolder(this.#folder.path));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#folder.close();
  }
}

async function toSpec(options: OperatorPodOptions, container: OperatorProcess, folder: string) {
  const { controlPlane, hosts, entrypoint = imageEntrypoint, env = {} } = options;
  const { readinessProbe, namespace, serviceAccount, credentialsDir } = container;
  const port = await findFreePort();
  await mkdir(credentialsFolder(folder));
  const healthUrl = `http://127.0.0.1:${port}`;
  const places: Places = new Map([
    ...Object.entries(hosts),
    [credentialsDir, credentialsFolder(folder)],
    [`:${readinessProbe.port}`, `127.0.0.1:${port}`],
  ]);
  const spec: ProgramSpec = {
    name: 'operator',
    command: process.execPath,
    args: [entrypoint, ...container.args.map((arg) => translate(arg, places))],
    env: {
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...translateAll(container.env, places),
      ...env,
      KUBECONFIG: await controlPlane.serviceAccountKubeconfig(namespace, serviceAccount),
    },
    isReady: (signal: AbortSignal) => isOk(`${healthUrl}${readinessProbe.path}`, signal),
  };
  return { spec, healthUrl };
}

const credentialsFolder = (folder: string): string => join(folder, 'credentials');

const translate = (value: string, places: Places): string => places.get(value) ?? value;

function translateAll(env: OperatorProcess['env'], places: Places): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, translate(value, places)]));
}

async function isOk(url: string, signal: AbortSignal): Promise<boolean> {
  const { statusCode, body } = await request(url, { signal });
  await body.dump();
  return statusCode === 200;
}
