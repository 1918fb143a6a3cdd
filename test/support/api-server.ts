/** HTTP to a real API server as its admin, for tests that look at the server's own answers. */
import { readFile } from 'node:fs/promises';
import { type Dispatcher, Pool } from 'undici';
import { parse } from 'yaml';
import { apiVersion, plural } from '../../src/kinds/edge-app-version/edge-app-version.ts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ];
  readonly users: readonly [
    { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } },
  ];
}

const connections = 16;

/** Where the resources of a namespace are; `rest` goes on with a name, a subresource or a query. */
export function resourcePath(rest = '', namespace = 'default'): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/${plural}${rest}`;
}

export class ApiServer implements AsyncDisposable {
  /** Of the admin, for a connection of its own. */
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  readonly #pool: Pool;

  private constructor(server: string, tls: ApiServer['tls']) {
    this.tls = tls;
    this.#pool = new Pool(server, { connections, connect: tls });
  }

  /** @param kubeconfig path of a file with one cluster and one user with a client certificate */
  static async connect(kubeconfig: string): Promise<ApiServer> {
    const config: Kubeconfig = parse(await readFile(kubeconfig, 'utf8'));
    const { cluster } = config.clusters[0];
    const { user } = config.users[0];
    const tls = {
      ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
      cert: Buffer.from(user['client-certificate-data'], 'base64'),
      key: Buffer.from(user['client-key-data'], 'base64'),
    };
    return new ApiServer(cluster.server, tls);
  }

  /** Any answer, whatever its status. */
  async send<T = unknown>(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Answer<T>> {
    const response = await this.#pool.request({
      method,
      path,
      headers: { 'content-type': contentType },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: response.statusCode, body: (await response.body.json()) as T };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close();
  }
}
