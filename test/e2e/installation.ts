/** The whole product on this machine: a control plane with the example overlay, the emulator, and the operator. */

import {
  type CallRecord,
  defaultAccessKey,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from '../../src/emulator/emulator.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../control-plane/control-plane.ts';
import type { KubectlOptions, KubectlResult } from '../control-plane/kubectl.ts';
import { render } from '../deploy/render.ts';
import { OperatorPod } from './operator-pod.ts';
import { untilReady } from './ready-objects.ts';

export const overlay = 'deploy/overlays/example';
/** The app of the samples. */
export const appId = 'app-880688675783790001';
/** Where the tests and the demo work. */
export const namespace = 'shop';
/** What the overlay names, which nothing here may reach. */
export const esaEndpoint = 'https://esa.cn-hangzhou.aliyuncs.com';
const readyLimitMs = 120_000;

/** The Secret as docs/install.md asks for it. */
export function credentials({ id, secret }: { readonly id: string; readonly secret: string }): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'edgeapp-credentials', namespace: 'edgeapp-system' },
    stringData: { ALIBABA_CLOUD_ACCESS_KEY_ID: id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret },
  };
}

/** The steps of docs/install.md that happen on the cluster, as arguments of kubectl. */
export const installCommands: readonly (readonly string[])[] = [
  ['apply', '--server-side', '-k', overlay],
  [
    'create',
    'secret',
    'generic',
    'edgeapp-credentials',
    '--namespace=edgeapp-system',
    `--from-literal=ALIBABA_CLOUD_ACCESS_KEY_ID=${defaultAccessKey.id}`,
    `--from-literal=ALIBABA_CLOUD_ACCESS_KEY_SECRET=${defaultAccessKey.secret}`,
  ],
  ['wait', '--for=condition=Established', '--timeout=60s', 'crd/edgeappversions.esa.alibabacloud.com'],
  ['create', 'namespace', namespace],
];

/** The operator of the overlay with the emulator in the place of ESA; not started yet. */
export async function createOperator(
  controlPlane: ControlPlane,
  emulator: Pick<Emulator, 'url'>,
  env: Readonly<Record<string, string>> = {},
): Promise<OperatorPod> {
  const { manifests } = await render(overlay);
  return OperatorPod.create({ controlPlane, manifests, hosts: { [esaEndpoint]: emulator.url }, env });
}

export interface InstallOptions {
  readonly controlPlane?: ControlPlaneOptions;
  readonly emulator?: EmulatorOptions;
  /** A cloud that is there before the installation and after it, in the place of one of its own. */
  readonly cloud?: Emulator;
  /** Settings of the operator beside those of the overlay, by their variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** All of it, with the operator ready. */
export async function install(options: InstallOptions = {}): Promise<Installation> {
  await using parts = new AsyncDisposableStack();
  const controlPlane = parts.use(await startControlPlane(options.controlPlane));
  const emulator = options.cloud ?? parts.use(await startEmulator({ apps: [appId], ...options.emulator }));
  for (const command of installCommands) await controlPlane.kubectl(command);
  const operator = parts.use(await createOperator(controlPlane, emulator, options.settings));
  await operator.start();
  return new Installation({ controlPlane, emulator, operator, parts: parts.move() });
}

export class Installation implements AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly emulator: Emulator;
  readonly operator: OperatorPod;
  readonly #parts: AsyncDisposableStack;

  constructor(
    of: Pick<Installation, 'controlPlane' | 'emulator' | 'operator'> & {
      readonly parts: AsyncDisposableStack;
    },
  ) {
    this.controlPlane = of.controlPlane;
    this.emulator = of.emulator;
    this.operator = of.operator;
    this.#parts = of.parts;
  }

  /** Real kubectl in the namespace of the tests. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult> {
    return this.controlPlane.kubectl([`--namespace=${namespace}`, ...args], options);
  }

  async apply(...items: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await this.kubectl(['apply', '--server-side', '-f', '-'], { input });
  }

  /** @param condition as `kubectl wait --for` takes it, for example `condition=Ready` */
  async waitFor(condition: string, ...names: readonly string[]): Promise<void> {
    const objects = names.map((name) => `edgeappversion/${name}`);
    await this.kubectl(['wait', `--for=${condition}`, `--timeout=${readyLimitMs / 1000}s`, ...objects]);
  }

  /** Until so many objects are Ready. */
  async waitForReady(count: number): Promise<void> {
    await untilReady(this.controlPlane, { namespace, count, signal: AbortSignal.timeout(readyLimitMs) });
  }

  async get(name: string): Promise<EdgeAppVersion> {
    const { stdout } = await this.kubectl(['get', 'edgeappversion', name, '-o', 'json']);
    return JSON.parse(stdout);
  }

  /** The create calls that reached the emulator, of one version name or of all. */
  creates(name?: string): readonly CallRecord[] {
    return this.emulator
      .calls()
      .filter(({ action }) => action === 'CreateEdgeContainerAppVersion')
      .filter(({ parameters }) => name === undefined || parameters.Name === name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}
