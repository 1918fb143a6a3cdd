/**
 * A real control plane on loopback: etcd and kube-apiserver (and, when asked for, kube-controller-manager) as processes
 * with TLS, RBAC and a data folder of their own, gone when it is stopped or when the process that started it ends.
 */
import { cp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from './api-client.ts';
import { CertificateAuthority, createTokenSigningKey } from './certificates.ts';
import type { KubectlOptions, KubectlResult } from './kubectl.ts';
import { LocalControlPlane } from './local-control-plane.ts';
import { filesIn } from './program-specs.ts';
import { startPrograms } from './start-programs.ts';
import { SupervisedFolder } from './supervised-folder.ts';

export interface ControlPlaneOptions {
  /** Further kube-apiserver flags, for example `--feature-gates=WatchList=false`. */
  readonly apiServerFlags?: readonly string[];
  /** etcd writes through to the disk (fsync): for tests of durability. */
  readonly durable?: boolean;
  /** A folder with the data of an etcd that has ended, which this one starts from; it is copied. */
  readonly etcdData?: string | undefined;
  /** Also starts kube-controller-manager: namespaces come to an end, owned objects are collected. */
  readonly controllerManager?: boolean;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface UserOptions {
  readonly groups?: readonly string[];
  /** Of the kubeconfig's context; `default` where absent. */
  readonly namespace?: string;
}

export interface ControlPlane extends AsyncDisposable {
  /** https://127.0.0.1:port */
  readonly serverUrl: string;
  /** http://127.0.0.1:port, without credentials. */
  readonly etcdUrl: string;
  /** PEM. */
  readonly caFile: string;
  /** Holds etcd's data, certificates, kubeconfigs and `<program>.log`; removed at the end. */
  readonly folder: string;
  /** A client certificate of the group system:masters. */
  readonly adminKubeconfig: string;
  /** The process ids of the programs that run now, for example to measure them. */
  processIds(): {
    etcd?: number | undefined;
    apiServer?: number | undefined;
    controllerManager?: number | undefined;
  };
  /**
   * The path of a kubeconfig with a bound token (24 hours) from serviceaccounts/token. Creates namespace and
   * ServiceAccount where absent; grants nothing.
   */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>;
  /** The path of a kubeconfig with a client certificate; the user has no rights unless bound to a role. */
  userKubeconfig(user: string, options?: UserOptions): Promise<string>;
  /** Runs the real kubectl, as admin unless told; throws KubectlError for an exit code but 0 unless `tolerate`. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** Ends kube-apiserver (SIGTERM unless told) and waits for its end. */
  stopApiServer(signal?: NodeJS.Signals): Promise<void>;
  /** Starts kube-apiserver on the same port and waits until it is ready. */
  startApiServer(): Promise<void>;
  restartApiServer(signal?: NodeJS.Signals): Promise<void>;
  /**
   * As for kube-apiserver. SIGTERM takes 7 seconds while kube-apiserver is connected, SIGKILL none. While etcd is down
   * kube-apiserver answers with errors and does not end at SIGTERM for a long time.
   */
  stopEtcd(signal?: NodeJS.Signals): Promise<void>;
  startEtcd(): Promise<void>;
  restartEtcd(signal?: NodeJS.Signals): Promise<void>;
  /**
   * Makes etcd forget every revision before the current one. A watch from an older version then gets a 410 at once with
   * the flag `--watch-cache=false`; with the watch cache only after restartApiServer(), it remembers recent events.
   */
  compactEtcd(): Promise<void>;
  /** Ends every program and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a control plane; some seconds once its programs are cached. Throws with the end of a log when one fails. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const folder = await SupervisedFolder.create(join(tmpdir(), 'edgeapp-control-plane-'));
  try {
    return await startIn(folder, options);
  } catch (error) {
    await folder.close();
    throw error;
  }
}

async function startIn(folder: SupervisedFolder, options: ControlPlaneOptions): Promise<ControlPlane> {
  const authority = await CertificateAuthority.create();
  await writeKeys(folder.path, authority);
  if (options.etcdData) await cp(options.etcdData, filesIn(folder.path).etcdData, { recursive: true });
  const credentials = await authority.issueClientCertificate('admin', ['system:masters']);
  const admin = new ApiClient(authority.certificate, credentials);
  const programs = await startPrograms({
    folder,
    admin,
    authority,
    adminCredentials: credentials,
    ...options,
  });
  return new LocalControlPlane(folder, authority, admin, programs);
}

async function writeKeys(folder: string, authority: CertificateAuthority): Promise<void> {
  const files = filesIn(folder);
  const server = await authority.issueServerCertificate();
  await Promise.all([
    writeFile(files.caCertificate, authority.certificate),
    writeFile(files.serverCertificate, server.certificate),
    writeFile(files.serverKey, server.privateKey, { mode: 0o600 }),
    writeFile(files.tokenSigningKey, createTokenSigningKey(), { mode: 0o600 }),
  ]);
}
