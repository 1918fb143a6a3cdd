/** Look, claim, create, record: the operator's protocol on client-node's API classes. */
import { randomUUID } from 'node:crypto';
import { ApiException, type CustomObjectsApi } from '@kubernetes/client-node';
import {
  type Attempt,
  type EdgeAppVersion,
  type EdgeAppVersionStatus,
  group,
  plural,
  version,
} from '../../../src/core/edge-app-version.ts';
import { fingerprint as fingerprintOf } from '../../../src/core/fingerprint.ts';
import { addMarker, formatMarker } from '../../../src/core/marker.ts';
import { defaultPacking } from '../../../src/core/packing.ts';
import { claimed, type KnownVersion, recorded } from '../../../src/core/status.ts';
import { toTimestamp } from '../../../src/core/timestamp.ts';
import { toCreateRequest } from '../../../src/core/to-create-request.ts';
import type { EsaApi, Logger } from '../../../src/ports.ts';
import { Absences } from './absences.ts';

export interface ReconcilerParts {
  readonly get: (key: string) => EdgeAppVersion | undefined;
  readonly custom: CustomObjectsApi;
  readonly api: EsaApi;
  readonly ownerId: string;
  readonly isLeader: () => boolean;
  readonly logger: Logger;
}

const pollMs = 1_000;
const claimDeadlineMs = 5_000;

export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #absences = new Absences();

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  /** @returns after how many milliseconds to come again, or undefined. @throws what the clients throw */
  async reconcile(key: string): Promise<number | undefined> {
    const object = this.#parts.get(key);
    if (!object || object.metadata.deletionTimestamp || isSettled(object)) return undefined;
    if (object.status?.versionId) return this.#follow(object, object.status.versionId);
    return this.#ensure(object);
  }

  async #follow(object: EdgeAppVersion, versionId: string): Promise<number | undefined> {
    const { appId } = object.spec;
    const { name, status = 'creating' } = await this.#parts.api.getVersion(appId, versionId);
    if (status === 'creating') return pollMs;
    const fingerprint = object.status?.fingerprint ?? '';
    const known = {
      versionId,
      versionName: name,
      versionStatus: status,
      origin: 'Created',
      fingerprint,
    } as const;
    await this.#replaceStatus(object, recorded(object, known, { wallMs: Date.now() }));
    return undefined;
  }

  async #ensure(object: EdgeAppVersion): Promise<number | undefined> {
    const { api, ownerId } = this.#parts;
    const { namespace, name } = object.metadata;
    const request = toCreateRequest(object, { packing: defaultPacking });
    const fingerprint = fingerprintOf(request);
    const marker = formatMarker({ ownerId, namespace, name, fingerprint });
    const { appId } = object.spec;
    const page = await api.listVersions({ appId, searchName: request.Name, pageNumber: 1, pageSize: 100 });
    const found = page.versions.find((each) => each.name === request.Name);
    const open = object.status?.attempt;
    if (found) {
      if (!found.remarks.endsWith(marker)) throw new Error(`the version ${request.Name} is another's`);
      const { versionId, status: versionStatus = 'creating' } = found;
      const known = {
        versionId,
        versionName: request.Name,
        versionStatus,
        origin: 'Created',
        fingerprint,
      } as const;
      await this.#replaceStatus(object, recorded(object, known, { wallMs: Date.now() }));
      return versionStatus === 'creating' ? pollMs : undefined;
    }
    const waitMs = open ? this.#absences.absent(open.id) : 0;
    if (waitMs > 0) return waitMs;
    return this.#create(object, { ...request, Remarks: addMarker(request.Remarks, marker) }, fingerprint);
  }

  async #create(
    object: EdgeAppVersion,
    request: Parameters<EsaApi['createVersion']>[0],
    fingerprint: string,
  ): Promise<number | undefined> {
    const { api, isLeader } = this.#parts;
    const attempt = toAttempt(object, request.Name, fingerprint);
    const startedMs = performance.now();
    const claim = await this.#replaceStatus(object, claimed(object, attempt, Date.now()));
    if (!claim || !isLeader() || performance.now() - startedMs > claimDeadlineMs) return pollMs;
    const created = await api.createVersion(request, attempt.id);
    const { status: versionStatus = 'creating' } = await api.getVersion(request.AppId, created.versionId);
    const known = {
      ...created,
      versionName: request.Name,
      versionStatus,
      origin: 'Created',
      fingerprint,
    } as const;
    await this.#record(claim, attempt, known);
    return versionStatus === 'creating' ? pollMs : undefined;
  }

  /** Undefined where somebody wrote in between: the informer brings what they wrote. */
  async #replaceStatus(
    object: EdgeAppVersion,
    status: EdgeAppVersionStatus,
  ): Promise<EdgeAppVersion | undefined> {
    const { namespace, name } = object.metadata;
    try {
      const body = { ...object, status };
      return await this.#parts.custom.replaceNamespacedCustomObjectStatus({
        ...resource,
        namespace,
        name,
        body,
      });
    } catch (error) {
      if (error instanceof ApiException && error.code === 409) return undefined;
      throw error;
    }
  }

  async #record(object: EdgeAppVersion, attempt: Attempt, known: KnownVersion): Promise<void> {
    const { namespace, name } = object.metadata;
    const body = [
      { op: 'test', path: '/metadata/uid', value: attempt.uid },
      { op: 'test', path: '/status/attempt/id', value: attempt.id },
      { op: 'replace', path: '/status', value: recorded(object, known, { wallMs: Date.now() }) },
    ];
    await this.#parts.custom.patchNamespacedCustomObjectStatus({ ...resource, namespace, name, body });
  }
}

const resource = { group, version, plural };

function isSettled({ status }: EdgeAppVersion): boolean {
  return status?.versionStatus === 'created' || status?.versionStatus === 'failed';
}

function toAttempt({ metadata, status }: EdgeAppVersion, name: string, fingerprint: string): Attempt {
  return {
    id: randomUUID(),
    uid: metadata.uid,
    number: (status?.attempts ?? 0) + 1,
    name,
    fingerprint,
    startedAt: toTimestamp(Date.now()),
    unknownBefore: status?.attempt !== undefined,
  };
}
