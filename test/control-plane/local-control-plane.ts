import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import { findBinary } from './binaries.ts';
import type { CertificateAuthority } from './certificates.ts';
import { compactEtcd } from './compact-etcd.ts';
import type { ControlPlane, UserOptions } from './control-plane.ts';
import { type Credentials, renderKubeconfig } from './kubeconfig.ts';
import { type KubectlOptions, type KubectlResult, runKubectl } from './kubectl.ts';
import type { Program } from './program.ts';
import { filesIn } from './program-specs.ts';
import type { RunningPrograms } from './start-programs.ts';
import type { SupervisedFolder } from './supervised-folder.ts';

/** A control plane whose programs run in a supervised folder. */
export class LocalControlPlane implements ControlPlane {
  readonly serverUrl: string;
  readonly etcdUrl: string;
  readonly caFile: string;
  readonly folder: string;
  readonly adminKubeconfig: string;
  readonly #folder: SupervisedFolder;
  readonly #authority: CertificateAuthority;
  readonly #admin: ApiClient;
  readonly #programs: RunningPrograms;

  constructor(
    folder: SupervisedFolder,
    authority: CertificateAuthority,
    admin: ApiClient,
    programs: RunningPrograms,
  ) {
    this.#folder = folder;
    this.#authority = authority;
    this.#admin = admin;
    this.#programs = programs;
    this.serverUrl = programs.serverUrl;
    this.etcdUrl = programs.etcdUrl;
    this.folder = folder.path;
    this.caFile = filesIn(folder.path).caCertificate;
    this.adminKubeconfig = filesIn(folder.path).adminKubeconfig;
  }

  processIds() {
    const { etcd, apiServer, controllerManager } = this.#programs;
    return { etcd: etcd.pid, apiServer: apiServer.pid, controllerManager: controllerManager?.pid };
  }

  async serviceAccountKubeconfig(namespace: string, name: string): Promise<string> {
    const namespaces = `${this.serverUrl}/api/v1/namespaces`;
    const accounts = `${namespaces}/${namespace}/serviceaccounts`;
    await this.#admin.ensure(namespaces, { metadata: { name: namespace } });
    await this.#admin.ensure(accounts, { metadata: { name } });
    const request = { spec: { expirationSeconds: 86_400 } };
    const answer = await this.#admin.send('POST', `${accounts}/${name}/token`, request);
    const { token } = (answer as { status: { token: string } }).status;
    return await this.#writeKubeconfig(`${namespace}.${name}`, { token }, namespace);
  }

  async userKubeconfig(user: string, options: UserOptions = {}): Promise<string> {
    const credentials = await this.#authority.issueClientCertificate(user, options.groups ?? []);
    return await this.#writeKubeconfig(user, credentials, options.namespace);
  }

  async kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<KubectlResult> {
    const command = await findBinary('kubectl', { signal: options.signal });
    return await runKubectl(command, this.folder, args, { kubeconfig: this.adminKubeconfig, ...options });
  }

  stopApiServer(signal?: NodeJS.Signals): Promise<void> {
    return this.#programs.apiServer.stop(signal);
  }

  startApiServer(): Promise<void> {
    return this.#programs.apiServer.start();
  }

  restartApiServer(signal?: NodeJS.Signals): Promise<void> {
    return restart(this.#programs.apiServer, signal);
  }

  stopEtcd(signal?: NodeJS.Signals): Promise<void> {
    return this.#programs.etcd.stop(signal);
  }

  startEtcd(): Promise<void> {
    return this.#programs.etcd.start();
  }

  restartEtcd(signal?: NodeJS.Signals): Promise<void> {
    return restart(this.#programs.etcd, signal);
  }

  compactEtcd(): Promise<void> {
    return compactEtcd(this.etcdUrl);
  }

  /** By SIGKILL, all at once: the data goes anyway, and an orderly stop takes seconds. */
  async stop(): Promise<void> {
    await this.#admin.close();
    await this.#folder.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #writeKubeconfig(user: string, credentials: Credentials, namespace?: string): Promise<string> {
    const path = join(this.folder, `${encodeURIComponent(user)}.kubeconfig`);
    const { serverUrl } = this;
    const caCertificate = this.#authority.certificate;
    const kubeconfig = renderKubeconfig({ serverUrl, caCertificate, user, credentials, namespace });
    await writeFile(path, kubeconfig, { mode: 0o600 });
    return path;
  }
}

async function restart(program: Program, signal?: NodeJS.Signals): Promise<void> {
  await program.stop(signal);
  await program.start();
}
