/** Starts the programs of a control plane in their order, each on free ports. */
import { writeFile } from 'node:fs/promises';
import type { ApiClient } from './api-client.ts';
import { findBinary } from './binaries.ts';
import type { CertificateAuthority, CertificatePair } from './certificates.ts';
import type { ControlPlaneOptions } from './control-plane.ts';
import { findFreePort } from './free-port.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import type { Program } from './program.ts';
import type { ProgramName } from './program-name.ts';
import { apiServerSpec, controllerManagerSpec, etcdSpec, filesIn } from './program-specs.ts';
import { startOnFreePort } from './start-on-free-port.ts';
import type { SupervisedFolder } from './supervised-folder.ts';

export interface StartInput extends ControlPlaneOptions {
  readonly folder: SupervisedFolder;
  readonly authority: CertificateAuthority;
  readonly admin: ApiClient;
  readonly adminCredentials: CertificatePair;
}

export interface RunningPrograms {
  readonly etcdUrl: string;
  readonly serverUrl: string;
  readonly etcd: Program;
  readonly apiServer: Program;
  readonly controllerManager: Program | undefined;
}

/** Finds and starts the programs, and writes the admin's kubeconfig; throws when one cannot be found or started. */
export async function startPrograms(input: StartInput): Promise<RunningPrograms> {
  const commands = await findCommands(input);
  const { etcd, etcdUrl } = await startEtcd(input, commands.etcd);
  const { apiServer, serverUrl } = await startApiServer(input, commands.apiServer, etcdUrl);
  await writeAdminKubeconfig(input, serverUrl);
  const controllerManager = await startControllerManager(input, commands.controllerManager);
  return { etcdUrl, serverUrl, etcd, apiServer, controllerManager };
}

async function findCommands({ controllerManager, onProgress, signal }: StartInput) {
  const find = (program: ProgramName) => findBinary(program, { onProgress, signal });
  return {
    etcd: await find('etcd'),
    apiServer: await find('kube-apiserver'),
    controllerManager: controllerManager ? await find('kube-controller-manager') : undefined,
  };
}

async function startEtcd(input: StartInput, command: string) {
  const { folder, durable = false, signal } = input;
  const [etcd, clientPort] = await startOnFreePort(folder, signal, async (port) =>
    etcdSpec({ command, folder: folder.path, clientPort: port, peerPort: await findFreePort(), durable }),
  );
  return { etcd, etcdUrl: `http://127.0.0.1:${clientPort}` };
}

async function startApiServer(input: StartInput, command: string, etcdUrl: string) {
  const { folder, admin, apiServerFlags: flags = [], signal } = input;
  const [apiServer, port] = await startOnFreePort(folder, signal, async (port) =>
    apiServerSpec({ command, folder: folder.path, etcdUrl, port, flags, admin }),
  );
  return { apiServer, serverUrl: `https://127.0.0.1:${port}` };
}

async function startControllerManager(input: StartInput, command: string | undefined) {
  if (command === undefined) return undefined;
  const { folder, admin, signal } = input;
  const [program] = await startOnFreePort(folder, signal, async (port) =>
    controllerManagerSpec({ command, folder: folder.path, port, admin }),
  );
  return program;
}

async function writeAdminKubeconfig(input: StartInput, serverUrl: string): Promise<void> {
  const { folder, authority, adminCredentials: credentials } = input;
  const caCertificate = authority.certificate;
  const kubeconfig = renderKubeconfig({ serverUrl, caCertificate, user: 'admin', credentials });
  await writeFile(filesIn(folder.path).adminKubeconfig, kubeconfig, { mode: 0o600 });
}
