/** Runs the credential plugin of a kubeconfig: one at a time, within a time limit, its result kept until it expires. */
import type { Cluster } from '@kubernetes/client-node';
import type { Clock } from '../core/clock.ts';
import { Deadline } from '../core/deadline.ts';
import { redactForeign } from '../core/text/redact.ts';
import { KubeError } from './kube-error.ts';
import { type PluginCommand, PluginProcess } from './plugin-process.ts';

/** The part `exec` of a user in a kubeconfig. */
export interface ExecConfig {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
}

/** The part `status` of the ExecCredential that a plugin prints. */
export interface ExecStatus {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

export interface ExecPluginOptions {
  readonly exec: ExecConfig;
  readonly cluster: Cluster | null;
  /** What the plugin sees beside what the kubeconfig sets. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

const limitMs = 30_000;
/** A credential that ends sooner than this is renewed. */
const renewAheadMs = 60_000;

export class ExecPlugin {
  readonly #options: ExecPluginOptions;
  #status: ExecStatus | undefined;
  #running: PluginProcess | undefined;

  constructor(options: ExecPluginOptions) {
    this.#options = options;
  }

  /** The credential that the last run gave, or a new run's. @throws KubeError `CredentialsUnavailable` */
  async status(): Promise<ExecStatus> {
    if (!this.#status || this.#isEnding(this.#status)) this.#status = await this.#run();
    return this.#status;
  }

  /** Makes the next call of `status` run the plugin. */
  forget(): void {
    this.#status = undefined;
  }

  /** Ends a plugin that runs. */
  close(): void {
    this.#running?.kill();
  }

  #isEnding({ expirationTimestamp }: ExecStatus): boolean {
    if (expirationTimestamp === undefined) return false;
    return !(Date.parse(expirationTimestamp) - this.#options.clock.wallMs() > renewAheadMs);
  }

  async #run(): Promise<ExecStatus> {
    const { exec } = this.#options;
    try {
      const running = new PluginProcess(toCommand(this.#options));
      this.#running = running;
      return toStatus(await this.#outputInTime(running));
    } catch (error) {
      const text = redactForeign((error as Error).message).trim();
      const message = `cannot get Kubernetes credentials from the credential plugin "${exec.command}": ${text}`;
      throw new KubeError({ code: 'CredentialsUnavailable', message });
    } finally {
      this.#running = undefined;
    }
  }

  async #outputInTime(running: PluginProcess): Promise<string> {
    const toError = () => new Error(`it did not end within ${limitMs / 1_000} s, and was killed`);
    const deadline = new Deadline({ clock: this.#options.clock, limitMs, toError });
    deadline.signal.addEventListener('abort', () => running.kill());
    return deadline.race(running.output).finally(() => deadline.clear());
  }
}

function toCommand({ exec, cluster, environment }: ExecPluginOptions): PluginCommand {
  const set = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const info = { KUBERNETES_EXEC_INFO: JSON.stringify(toExecInfo(exec, cluster)) };
  return { command: exec.command, args: exec.args ?? [], env: { ...environment, ...set, ...info } };
}

function toExecInfo({ apiVersion, provideClusterInfo }: ExecConfig, cluster: Cluster | null): object {
  const info = cluster && {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
    'certificate-authority-data': cluster.caData,
    'proxy-url': cluster.proxyUrl,
  };
  const spec = { interactive: false, ...(provideClusterInfo && { cluster: info }) };
  return { apiVersion: apiVersion ?? 'client.authentication.k8s.io/v1', kind: 'ExecCredential', spec };
}

/** The output may hold a token, so no error quotes it. */
function toStatus(output: string): ExecStatus {
  const { status } = parse(output);
  const { token, clientCertificateData: cert, clientKeyData: key } = status ?? {};
  if (!status || !(token || (cert && key))) {
    throw new Error('what it prints has neither status.token nor a certificate and its key');
  }
  return status;
}

function parse(output: string): { readonly status?: ExecStatus } {
  try {
    return (JSON.parse(output) ?? {}) as { readonly status?: ExecStatus };
  } catch {
    throw new Error('what it prints is not valid JSON');
  }
}
