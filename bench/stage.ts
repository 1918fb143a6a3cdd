/** Everything around a system under test, fresh for each run: control plane, emulated cloud, observer. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SwitchValues } from '../src/emulator/emulator.ts';
import type { KubeTransport } from '../src/kube/transport.ts';
import { systemClock } from '../src/operator/system-clock.ts';
import { type ControlPlane, startControlPlane } from '../test/control-plane/control-plane.ts';
import { SupervisedFolder } from '../test/control-plane/supervised-folder.ts';
import { connectApi } from './api-connection.ts';
import { AuditLog, account } from './audit-log.ts';
import { nowMs } from './clock.ts';
import { EmulatorProcess } from './emulator-process.ts';
import { install, operatorNamespace } from './install.ts';
import { Observer } from './observer.ts';
import { checkSettled } from './settled/check-settled.ts';
import { settledSnapshot } from './settled/snapshot.ts';
import { SystemProcess } from './system-process.ts';
import type { Command, Surroundings, System } from './systems/system.ts';

export interface StageOptions {
  readonly system: System;
  readonly toCommand: (surroundings: Surroundings) => Command;
  readonly emulator: SwitchValues;
  /** Objects at rest that the cluster holds from the start. */
  readonly settled: number;
  /** Whether the API server writes down the system's requests, which costs it CPU time. */
  readonly isAudited: boolean;
  /** Told what happens, for people. */
  readonly tell: (line: string) => void;
}

const leases = `/apis/coordination.k8s.io/v1/namespaces/${operatorNamespace}/leases`;

interface Parts {
  readonly controlPlane: ControlPlane;
  readonly emulator: EmulatorProcess;
  readonly transport: KubeTransport;
  readonly observer: Observer;
  readonly audit: AuditLog | undefined;
  readonly folder: SupervisedFolder;
  readonly kubeconfig: string;
}

export class Stage implements AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly emulator: EmulatorProcess;
  /** As admin. */
  readonly transport: KubeTransport;
  readonly observer: Observer;
  /** Only on a stage that is audited. */
  readonly audit: AuditLog | undefined;
  readonly #options: StageOptions;
  readonly #parts: Parts;
  readonly #disposables: AsyncDisposableStack;
  #started = 0;

  private constructor(options: StageOptions, parts: Parts, disposables: AsyncDisposableStack) {
    this.controlPlane = parts.controlPlane;
    this.emulator = parts.emulator;
    this.transport = parts.transport;
    this.observer = parts.observer;
    this.audit = parts.audit;
    this.#options = options;
    this.#parts = parts;
    this.#disposables = disposables;
  }

  /** All but the system, which comes with `startSystem`. */
  static async set(options: StageOptions): Promise<Stage> {
    await using disposables = new AsyncDisposableStack();
    const folder = disposables.use(await SupervisedFolder.create(join(tmpdir(), 'edgeapp-bench-')));
    const audit = options.isAudited ? await AuditLog.in(folder.path) : undefined;
    const controlPlane = disposables.use(await startCluster(options, audit));
    const emulator = await EmulatorProcess.start(folder, options.emulator);
    const transport = connectApi(controlPlane.adminKubeconfig, 4);
    disposables.defer(() => transport.close());
    const observer = disposables.use(await Observer.open(transport));
    const kubeconfig = await controlPlane.serviceAccountKubeconfig(operatorNamespace, account);
    const parts = { controlPlane, emulator, transport, observer, audit, folder, kubeconfig };
    return new Stage(options, parts, disposables.move());
  }

  get system(): System {
    return this.#options.system;
  }

  /** A process of the system, its cache full and its lease held; it ends with the stage. */
  async startSystem(): Promise<SystemProcess> {
    const process = await this.#launch();
    await process.untilReady();
    while (this.system.isController && !(await this.#isLed())) await systemClock.sleep(10);
    process.coldStartMs = nowMs() - process.startedMs;
    return process;
  }

  /** A further process while another leads. It answers, and had `warmUpMs` to fill its cache. */
  async startStandby(warmUpMs: number): Promise<SystemProcess> {
    const process = await this.#launch();
    await process.untilAnswering();
    await systemClock.sleep(warmUpMs);
    return process;
  }

  /** What the process that was started last has logged in the end. */
  async endOfLog(): Promise<string> {
    const text = await readFile(join(this.#parts.folder.path, `${this.#lastName}.log`), 'utf8').catch(
      () => '',
    );
    return `The end of its log:\n${text.split('\n').slice(-25).join('\n')}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposables.disposeAsync();
  }

  #launch(): Promise<SystemProcess> {
    const { system, toCommand } = this.#options;
    const { folder, kubeconfig } = this.#parts;
    this.#started += 1;
    const [name, esaEndpoint] = [this.#lastName, this.emulator.url];
    return SystemProcess.launch({ folder, system, toCommand, esaEndpoint, kubeconfig, name });
  }

  get #lastName(): string {
    return `${this.system.name}-${this.#started}`;
  }

  async #isLed(): Promise<boolean> {
    type LeaseList = { readonly items: readonly { readonly spec: { readonly holderIdentity?: string } }[] };
    const { items } = await this.transport.request<LeaseList>({ method: 'GET', path: leases });
    return items.some(({ spec }) => spec.holderIdentity);
  }
}

async function startCluster(
  { settled, tell }: StageOptions,
  audit: AuditLog | undefined,
): Promise<ControlPlane> {
  await using disposables = new AsyncDisposableStack();
  const etcdData = settled > 0 ? await settledSnapshot(settled, tell) : undefined;
  const apiServerFlags = audit?.apiServerFlags ?? [];
  const controlPlane = disposables.use(await startControlPlane({ etcdData, apiServerFlags }));
  await install(controlPlane);
  if (settled > 0) await checkSettled(controlPlane, settled);
  disposables.move();
  return controlPlane;
}
