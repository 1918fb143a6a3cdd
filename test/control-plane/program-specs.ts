/** How each program of the control plane is started; the flags are those of the Kubernetes and etcd manuals. */
import { join } from 'node:path';
import { request } from 'undici';
import type { ApiClient } from './api-client.ts';
import type { ProgramSpec } from './program.ts';

/** Files of one control plane, all in its own folder. */
export function filesIn(folder: string) {
  return {
    caCertificate: join(folder, 'ca.crt'),
    serverCertificate: join(folder, 'server.crt'),
    serverKey: join(folder, 'server.key'),
    tokenSigningKey: join(folder, 'service-account.key'),
    adminKubeconfig: join(folder, 'admin.kubeconfig'),
    etcdData: join(folder, 'etcd-data'),
  };
}

export interface EtcdInput {
  readonly command: string;
  readonly folder: string;
  readonly clientPort: number;
  readonly peerPort: number;
  readonly durable: boolean;
}

export function etcdSpec({ command, folder, clientPort, peerPort, durable }: EtcdInput): ProgramSpec {
  const clientUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  return {
    name: 'etcd',
    command,
    args: [
      `--data-dir=${filesIn(folder).etcdData}`,
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      '--log-level=warn',
      ...(durable ? [] : ['--unsafe-no-fsync']),
    ],
    env: {},
    isReady: async (signal) => {
      const { body } = await request(`${clientUrl}/health`, { signal });
      return (await body.text()).includes('"health":"true"');
    },
  };
}

export interface ApiServerInput {
  readonly command: string;
  readonly folder: string;
  readonly etcdUrl: string;
  readonly port: number;
  readonly flags: readonly string[];
  readonly admin: ApiClient;
}

export function apiServerSpec({ command, folder, etcdUrl, port, flags, admin }: ApiServerInput): ProgramSpec {
  const files = filesIn(folder);
  const url = `https://127.0.0.1:${port}`;
  return {
    name: 'kube-apiserver',
    command,
    args: [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${folder}`,
      `--client-ca-file=${files.caCertificate}`,
      `--tls-cert-file=${files.serverCertificate}`,
      `--tls-private-key-file=${files.serverKey}`,
      `--service-account-key-file=${files.tokenSigningKey}`,
      `--service-account-signing-key-file=${files.tokenSigningKey}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      '--service-cluster-ip-range=10.0.0.0/24',
      '--authorization-mode=RBAC',
      // Nothing creates the default ServiceAccounts that it wants without kube-controller-manager.
      '--disable-admission-plugins=ServiceAccount',
      // No endpoint of the kubernetes Service to keep and to take back: a quick, clean stop.
      '--endpoint-reconciler-type=none',
      // At SIGTERM open watches end in this time; else each of them holds the server for a minute.
      '--shutdown-watch-termination-grace-period=1s',
      ...flags,
    ],
    // A fifth less CPU under writes for more memory.
    env: { GOGC: '400' },
    // The default namespace comes a little after /readyz; tests apply into it at once.
    isReady: async (signal) => {
      await admin.send('GET', `${url}/readyz`, undefined, signal);
      await admin.send('GET', `${url}/api/v1/namespaces/default`, undefined, signal);
      return true;
    },
  };
}

export interface ControllerManagerInput {
  readonly command: string;
  readonly folder: string;
  readonly port: number;
  readonly admin: ApiClient;
}

/** Only what tests need: the end of namespaces and the garbage collection of owned objects. */
export function controllerManagerSpec({ command, folder, port, admin }: ControllerManagerInput): ProgramSpec {
  const files = filesIn(folder);
  return {
    name: 'kube-controller-manager',
    command,
    args: [
      `--kubeconfig=${files.adminKubeconfig}`,
      '--controllers=namespace-controller,garbage-collector-controller',
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${files.serverCertificate}`,
      `--tls-private-key-file=${files.serverKey}`,
    ],
    env: {},
    isReady: async (signal) => {
      await admin.send('GET', `https://127.0.0.1:${port}/healthz`, undefined, signal);
      return true;
    },
  };
}
