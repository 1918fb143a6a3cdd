/** What users do to the API server, each call repeated while the server is away, as a person or a pipeline does. */
import { setTimeout as delay } from 'node:timers/promises';
import { group } from '../../src/api/group.ts';
import type { ObjectKey } from '../../src/api/kube-object.ts';
import type { Resource } from '../../src/api/resource.ts';
import { type EdgeAppVersion, plural, version } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { KubeCall } from '../../src/kube/kube-call.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { toCollectionPath, toObjectPath } from '../../src/kube/resource.ts';
import type { KubeTransport } from '../../src/kube/transport.ts';

const resource: Resource = { group, version, plural, kind: 'EdgeAppVersion' };
const pauseMs = 500;

export class UserClient {
  readonly #transport: KubeTransport;

  constructor(transport: KubeTransport) {
    this.#transport = transport;
  }

  /** False where there is one of that name already. */
  create(object: object & { readonly metadata: ObjectKey }): Promise<boolean> {
    const path = toCollectionPath(resource, object.metadata.namespace);
    return this.#isDone({ method: 'POST', path, body: JSON.stringify(object) }, [409]);
  }

  /** A merge patch; false where the API server refuses the change or there is no such object. */
  patch(key: ObjectKey, change: object): Promise<boolean> {
    const contentType = 'application/merge-patch+json';
    const call: KubeCall = { method: 'PATCH', path: toObjectPath(resource, key), contentType };
    return this.#isDone({ ...call, body: JSON.stringify(change) }, [404, 422]);
  }

  /** False where there was none. */
  remove(key: ObjectKey): Promise<boolean> {
    return this.#isDone({ method: 'DELETE', path: toObjectPath(resource, key) }, [404]);
  }

  async read(key: ObjectKey): Promise<EdgeAppVersion | undefined> {
    const answer = await this.#insist({ method: 'GET', path: toObjectPath(resource, key) }, [404]);
    return answer && JSON.parse(answer);
  }

  async list(): Promise<readonly EdgeAppVersion[]> {
    const answer = await this.#insist({ method: 'GET', path: `/apis/${group}/${version}/${plural}` }, []);
    return JSON.parse(answer ?? '').items;
  }

  async #isDone(call: KubeCall, refusals: readonly number[]): Promise<boolean> {
    return (await this.#insist(call, refusals)) !== undefined;
  }

  /** The answer, or undefined for one of the refusals; goes on until there is either, or nothing else keeps us running. */
  async #insist(call: KubeCall, refusals: readonly number[]): Promise<string | undefined> {
    for (;;) {
      const answer = await this.#transport.send(call).catch((error: KubeError) => error);
      if (answer instanceof KubeError) {
        await delay(pauseMs, undefined, { ref: false });
        continue;
      }
      const { status, text } = answer;
      if (status < 300) return text;
      if (refusals.includes(status)) return undefined;
      if (status < 500 && status !== 429) throw new Error(`${call.method} ${call.path}: ${status} ${text}`);
      await delay(pauseMs, undefined, { ref: false });
    }
  }
}
