/** A real API server and an emulated cloud, each behind a proxy that can turn hostile, and the operator between them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import { defaultAccessKey, startEmulator } from '../../src/emulator/emulator.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { EdgeappProcess } from '../cli/edgeapp-process.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { installCrd } from '../control-plane/install-crd.ts';
import { parseDockerfile } from '../deploy/dockerfile.ts';
import { ApiServer, resourcePath } from '../support/api-server.ts';
import { manifest } from '../support/manifests.ts';
import { HostileProxy } from './hostile-proxy.ts';

const root = join(import.meta.dirname, '../..');
const preload = join(import.meta.dirname, 'loop-load.mjs');

/** On a loaded machine; where all goes well it is a few seconds. */
export const limitMs = 240_000;

/** What the operator may take at most. */
const bounds = { longestMs: 1_000, peakKib: 300 * 1024 };

export class HostileWorld implements AsyncDisposable {
  readonly cloud: HostileProxy;
  readonly kube: HostileProxy;
  readonly #api: ApiServer;
  readonly #folder: string;
  readonly #nodeArgs: readonly string[];
  readonly #parts: AsyncDisposableStack;

  private constructor(parts: {
    cloud: HostileProxy;
    kube: HostileProxy;
    api: ApiServer;
    folder: string;
    nodeArgs: readonly string[];
    stack: AsyncDisposableStack;
  }) {
    this.cloud = parts.cloud;
    this.kube = parts.kube;
    this.#api = parts.api;
    this.#folder = parts.folder;
    this.#nodeArgs = parts.nodeArgs;
    this.#parts = parts.stack;
  }

  static async start(): Promise<HostileWorld> {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'edgeapp-hostile-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const controlPlane = stack.use(await startControlPlane());
    await installCrd(controlPlane);
    const api = stack.use(await ApiServer.connect(controlPlane.adminKubeconfig));
    const emulator = stack.use(await startEmulator({ autoCreateApps: true, buildDelayMs: 1_500 }));
    const cloud = stack.use(await HostileProxy.start({ url: emulator.url }));
    const kube = stack.use(await HostileProxy.start({ url: controlPlane.serverUrl, tls: api.tls }));
    await bundle(folder);
    await writeFile(join(folder, 'kubeconfig'), kubeconfig(kube.url));
    const nodeArgs = await imageNodeArgs();
    return new HostileWorld({ cloud, kube, api, folder, nodeArgs, stack: stack.move() });
  }

  /** The operator as its image runs it, for one namespace, which is made. It may still be waiting for its API server. */
  async startOperator(namespace: string): Promise<HostedOperator> {
    await this.#api.send('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    const report = join(this.#folder, `${namespace}.json`);
    const flags = ['--health-bind-address', '127.0.0.1:0', '--leader-elect', 'false'];
    const process = new EdgeappProcess({
      file: join(this.#folder, 'dist/edgeapp.mjs'),
      nodeArgs: [...this.#nodeArgs, '--import', preload],
      args: ['run', '--namespace', namespace, '--call-timeout-seconds', '5', ...flags],
      env: {
        ALIBABA_CLOUD_ACCESS_KEY_ID: defaultAccessKey.id,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: defaultAccessKey.secret,
        EDGEAPP_ESA_ENDPOINT: this.cloud.url,
        EDGEAPP_OWNER_ID: 'hostile',
        KUBECONFIG: join(this.#folder, 'kubeconfig'),
        HOSTILE_REPORT: report,
      },
    });
    const [, healthPort = ''] = await process.printed(/"healthPort":(\d+)/);
    process.signal('SIGUSR2');
    return new HostedOperator(process, report, healthPort);
  }

  async create(namespace: string, name: string, appId: string, spec: object = {}): Promise<void> {
    const object = manifest({ metadata: { name }, spec: { appId, ...spec } });
    const { status, body } = await this.#api.send('POST', resourcePath('', namespace), object);
    expect(status, JSON.stringify(body)).toBe(201);
  }

  /** Asks for its deletion, which the operator may hold up. */
  async remove(namespace: string, name: string): Promise<void> {
    const { status, body } = await this.#api.send('DELETE', resourcePath(`/${name}`, namespace));
    expect(status, JSON.stringify(body)).toBe(200);
  }

  /** Resolves once the object is Ready. */
  async ready(namespace: string, name: string): Promise<void> {
    const read = async () => {
      const { body } = await this.#api.send<EdgeAppVersion>('GET', resourcePath(`/${name}`, namespace));
      return body.status?.conditions?.find(({ type }) => type === 'Ready');
    };
    const isReady = async () => expect(await read()).toMatchObject({ status: 'True' });
    await vi.waitFor(isReady, { timeout: limitMs, interval: 200 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}

export class HostedOperator implements AsyncDisposable {
  readonly #process: EdgeappProcess;
  readonly #report: string;
  readonly #healthPort: string;

  constructor(process: EdgeappProcess, report: string, healthPort: string) {
    this.#healthPort = healthPort;
    this.#process = process;
    this.#report = report;
  }

  /** Asks its health port. */
  async isLive(): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.#healthPort}/healthz`);
    expect(response.status).toBe(200);
  }

  /** Ends it in order, and holds what it took against the bounds. */
  async stopWithinBounds(): Promise<void> {
    const { exitCode, stderr } = await this.#process.stop();
    expect(exitCode, stderr.slice(-5_000)).toBe(0);
    expect(stderr).not.toContain('Unexpected error');
    const { longestMs, peakKib } = JSON.parse(await readFile(this.#report, 'utf8'));
    expect({ longestMs, peakKib }).toSatisfy(
      (used: typeof bounds) => used.longestMs < bounds.longestMs && used.peakKib < bounds.peakKib,
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}

/** The program as the image has it. */
async function bundle(folder: string): Promise<void> {
  await symlink(join(root, 'crds'), join(folder, 'crds'));
  await promisify(execFile)(process.execPath, ['build.ts', join(folder, 'dist')], { cwd: root });
}

/** What the image's entrypoint gives to Node. */
async function imageNodeArgs(): Promise<readonly string[]> {
  const instructions = parseDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'));
  const entrypoint = instructions.findLast(({ keyword }) => keyword === 'ENTRYPOINT')?.rest ?? '[]';
  return (JSON.parse(entrypoint) as string[]).filter((arg) => arg.startsWith('--'));
}

const kubeconfig = (server: string) => `
apiVersion: v1
kind: Config
clusters: [{name: hostile, cluster: {server: "${server}"}}]
users: [{name: nobody, user: {}}]
contexts: [{name: here, context: {cluster: hostile, user: nobody}}]
current-context: here
`;
