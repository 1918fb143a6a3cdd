/** Look, claim, create, record: the operator's protocol on client-node's API classes. */

import { ApiException, type CustomObjectsApi } from '@kubernetes/client-node';
import { group } from '../../../src/api/group.ts';
import type { Send } from '../../../src/cloud/call.ts';
import type { CreateVersionRequest } from '../../../src/cloud/create-request.ts';
import { type CreatedVersion, createVersion } from '../../../src/cloud/operations/create-version.ts';
import { getVersion } from '../../../src/cloud/operations/get-version.ts';
import { listVersions } from '../../../src/cloud/operations/list-versions.ts';
import type { VersionSummary } from '../../../src/cloud/operations/version-summary.ts';
import { classify } from '../../../src/core/errors/classify.ts';
import { EsaError } from '../../../src/core/errors/esa-error.ts';
import { toProblem } from '../../../src/core/errors/problem.ts';
import type { Logger } from '../../../src/core/logger.ts';
import {
  type EdgeAppVersion,
  type EdgeAppVersionStatus,
  plural,
  version,
} from '../../../src/kinds/edge-app-version/edge-app-version.ts';
import { fingerprint as fingerprintOf } from '../../../src/kinds/edge-app-version/request/fingerprint.ts';
import { addMarker, formatMarker } from '../../../src/kinds/edge-app-version/request/marker.ts';
import { defaultPacking } from '../../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../../src/kinds/edge-app-version/request/to-create-request.ts';
import {
  claimed,
  failing,
  type KnownVersion,
  recorded,
} from '../../../src/kinds/edge-app-version/status/status.ts';
import type { Attempt } from '../../../src/runtime/create-protocol/attempt.ts';
import { Absences } from './absences.ts';
import { isSettled, toAttempt, toKnown } from './protocol-values.ts';

export interface ReconcilerParts {
  readonly get: (key: string) => EdgeAppVersion | undefined;
  readonly custom: CustomObjectsApi;
  readonly send: Send;
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
    const { name, status = 'creating' } = await this.#parts.send(getVersion(object.spec.appId, versionId));
    if (status === 'creating') return pollMs;
    const fingerprint = object.status?.fingerprint ?? '';
    return this.#take(object, toKnown({ versionId, name, status, fingerprint }));
  }

  async #ensure(object: EdgeAppVersion): Promise<number | undefined> {
    const { request, fingerprint, marker } = this.#toRequest(object);
    const open = object.status?.attempt;
    const found = await this.#look(request.AppId, request.Name);
    if (found) {
      if (!found.remarks.endsWith(marker)) throw new Error(`the version ${request.Name} is another's`);
      const { versionId, name, status = 'creating' } = found;
      return this.#take(object, toKnown({ versionId, name, status, fingerprint }));
    }
    const waitMs = open ? this.#absences.absent(open.id) : 0;
    return waitMs > 0 ? waitMs : this.#create(object, request, fingerprint);
  }

  #toRequest(object: EdgeAppVersion) {
    const { namespace, name } = object.metadata;
    const request = toCreateRequest(object, { packing: defaultPacking });
    const fingerprint = fingerprintOf(request);
    const marker = formatMarker({ ownerId: this.#parts.ownerId, namespace, name, fingerprint });
    return { request: { ...request, Remarks: addMarker(request.Remarks, marker) }, fingerprint, marker };
  }

  async #look(appId: string, name: string): Promise<VersionSummary | undefined> {
    const query = { appId, searchName: name, pageNumber: 1, pageSize: 100 };
    const { versions, totalCount } = await this.#parts.send(listVersions(query));
    if (totalCount > versions.length)
      throw new Error(`more than a page of versions have ${name} in their names`);
    return versions.find((version) => version.name === name);
  }

  async #take(object: EdgeAppVersion, known: KnownVersion): Promise<number | undefined> {
    await this.#replaceStatus(object, recorded(object, known, { wallMs: Date.now() }));
    return known.versionStatus === 'creating' ? pollMs : undefined;
  }

  async #create(
    object: EdgeAppVersion,
    request: CreateVersionRequest,
    fingerprint: string,
  ): Promise<number | undefined> {
    const { send, isLeader } = this.#parts;
    const { AppId: appId, Name: name } = request;
    const attempt = toAttempt(object, name, fingerprint);
    const startedMs = performance.now();
    const claim = await this.#replaceStatus(object, claimed(object, attempt, Date.now()));
    if (!claim || !isLeader() || performance.now() - startedMs > claimDeadlineMs) return pollMs;
    let created: CreatedVersion;
    try {
      created = await send(createVersion(request, attempt.id));
    } catch (error) {
      return this.#recordRefusal(claim, attempt, error);
    }
    const { versionId, requestId } = created;
    // Whatever goes wrong with this read: the id is known and must be written.
    const { status = 'creating' } = await send(getVersion(appId, versionId)).catch(() => ({
      status: undefined,
    }));
    const known = { ...toKnown({ versionId, name, status, fingerprint }), requestId };
    await this.#record(claim, attempt, recorded(claim, known, { wallMs: Date.now() }));
    return status === 'creating' ? pollMs : undefined;
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

  /** A create that surely did nothing ends its attempt. @throws the error of one that may have worked */
  async #recordRefusal(object: EdgeAppVersion, attempt: Attempt, error: unknown): Promise<number> {
    if (!(error instanceof EsaError)) throw error;
    const classification = classify(error, 'create');
    if (classification.effect !== 'none' || attempt.unknownBefore) throw error;
    const options = { wallMs: Date.now(), nextAttemptMs: Date.now() + pollMs, clearAttempt: true };
    await this.#record(object, attempt, failing(object, toProblem(error, classification), options));
    return pollMs;
  }

  async #record({ metadata }: EdgeAppVersion, attempt: Attempt, status: EdgeAppVersionStatus): Promise<void> {
    const body = [
      { op: 'test', path: '/metadata/uid', value: attempt.uid },
      { op: 'test', path: '/status/attempt/id', value: attempt.id },
      { op: 'replace', path: '/status', value: status },
    ];
    const { namespace, name } = metadata;
    await this.#parts.custom.patchNamespacedCustomObjectStatus({ ...resource, namespace, name, body });
  }
}

const resource = { group, version, plural };
