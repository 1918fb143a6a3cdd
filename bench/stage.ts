/** Everything around a system under test, fresh for each run: control plane, emulated cloud, observer. */
import type { SwitchValues } from '../src/emulator/emulator.ts';
import type { KubeTransport } from '../src/kube/transport.ts';
import { systemClock } from '../src/system-clock.ts';
import { type ControlPlane, startControlPlane } from '../test/control-plane/control-plane.ts';
import { SupervisedFolder } from '../test/control-plane/supervised-folder.ts';
import { connectApi } from './api-connection.ts';
import { EmulatorProcess } from './emulator-process.ts';
import { Observer } from './observer.ts';
import { SystemProcess } from './system-process.ts';
import type { Command, Surroundings, System } from './systems/system.ts';

export interface StageOptions {
  readonly system: System;
  readonly toCommand: (surroundings: Surroundings) => Command;
  readonly emulator: SwitchValues;
}

const overlay = 'deploy/overlays/example';
const operatorNamespace = 'edgeapp-system';
/** Objects go here, and those that overtake them there. */
export const namespaces = { crowd: 'crowd', quick: 'quick' } as const;
const leases = `/apis/coordination.k8s.io/v1/namespaces/${operatorNamespace}/leases`;

export class Stage implements AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly emulator: EmulatorProcess;
  readonly transport: KubeTransport;
  readonly observer: Observer;
  readonly #options: StageOptions;
  readonly #folder: SupervisedFolder;
  readonly #kubeconfig: string;
  readonly #parts: AsyncDisposableStack;
  #started = 0;

  private constructor(
    options: StageOptions,
    of: Pick<Stage, 'controlPlane' | 'emulator' | 'transport' | 'observer'> & {
      readonly folder: SupervisedFolder;
      readonly kubeconfig: string;
      readonly parts: AsyncDisposableStack;
    },
  ) {
    this.#options = options;
    this.controlPlane = of.controlPlane;
    this.emulator = of.emulator;
    this.transport = of.transport;
    this.observer = of.observer;
    this.#folder = of.folder;
    this.#kubeconfig = of.kubeconfig;
    this.#parts = of.parts;
  }

  /** All but the system, which comes with `startSystem`. */
  static async set(options: StageOptions): Promise<Stage> {
    await using parts = new AsyncDisposableStack();
    const controlPlane = parts.use(await startControlPlane());
    await install(controlPlane);
    const folder = parts.use(await SupervisedFolder.create('/tmp/edgeapp-bench-'));
    const emulator = await EmulatorProcess.start(folder, options.emulator);
    const transport = connectApi(controlPlane.adminKubeconfig, 4);
    parts.defer(() => transport.close());
    const observer = parts.use(await Observer.open(transport));
    const kubeconfig = await controlPlane.serviceAccountKubeconfig(operatorNamespace, 'edgeapp-operator');
    return new Stage(options, {
      controlPlane,
      emulator,
      transport,
      observer,
      folder,
      kubeconfig,
      parts: parts.move(),
    });
  }

  get system(): System {
    return this.#options.system;
  }

  /** A process of the system, ready; it ends with the stage. */
  startSystem(): Promise<SystemProcess> {
    const { system, toCommand } = this.#options;
    this.#started += 1;
    return SystemProcess.start({
      folder: this.#folder,
      system,
      toCommand,
      esaEndpoint: this.emulator.url,
      kubeconfig: this.#kubeconfig,
      name: `${system.name}-${this.#started}`,
    });
  }

  /** Resolves once somebody holds the system's lease; at once for a system without one. */
  async untilLed(): Promise<void> {
    if (!this.system.isController) return;
    while (!(await this.#isLed())) await systemClock.sleep(50);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }

  async #isLed(): Promise<boolean> {
    type LeaseList = { readonly items: readonly { readonly spec: { readonly holderIdentity?: string } }[] };
    const { items } = await this.transport.request<LeaseList>({ method: 'GET', path: leases });
    return items.some(({ spec }) => spec.holderIdentity);
  }
}

/** CRD, roles and namespaces as a user installs them; nothing runs the Deployment here. */
async function install(controlPlane: ControlPlane): Promise<void> {
  await controlPlane.kubectl(['apply', '--server-side', '-k', overlay]);
  const crd = 'crd/edgeappversions.esa.alibabacloud.com';
  await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', crd]);
  for (const name of Object.values(namespaces)) await controlPlane.kubectl(['create', 'namespace', name]);
}
