/** For one object: look, claim, create, get, record. */

import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { getVersion } from '../../src/cloud/operations/get-version.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { toTimestamp } from '../../src/core/text/timestamp.ts';
import type { EdgeAppVersion } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { fingerprint as fingerprintOf } from '../../src/kinds/edge-app-version/request/fingerprint.ts';
import { addMarker, formatMarker } from '../../src/kinds/edge-app-version/request/marker.ts';
import { defaultPacking } from '../../src/kinds/edge-app-version/request/packing.ts';
import { toCreateRequest } from '../../src/kinds/edge-app-version/request/to-create-request.ts';
import { claimed, recorded } from '../../src/kinds/edge-app-version/status/status.ts';
import { systemRandom } from '../../src/operator/system-clock.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import type { Connections } from './connect.ts';

/** @throws Error when the object is not one that the operator would make Ready at once */
export async function performRequests(
  { client, send, ownerId }: Connections,
  object: EdgeAppVersion,
): Promise<void> {
  const request = toCreateRequest(object, { packing: defaultPacking });
  const { AppId: appId, Name: name } = request;
  const fingerprint = fingerprintOf(request);
  const { namespace } = object.metadata;
  const marker = formatMarker({ ownerId, namespace, name: object.metadata.name, fingerprint });
  const found = await send(listVersions({ appId, searchName: name, pageNumber: 1, pageSize: 100 }));
  if (found.totalCount > 0) throw new Error(`there is a version ${name} already`);
  const attempt = newAttempt(object, name, fingerprint);
  const claim = await client.replaceStatus(object, claimed(object, attempt, Date.now()));
  if (claim.kind !== 'written') throw new Error(`the claim of ${name} ended with ${claim.kind}`);
  const created = await send(
    createVersion({ ...request, Remarks: addMarker(request.Remarks, marker) }, attempt.id),
  );
  const { status: versionStatus } = await send(getVersion(appId, created.versionId));
  if (versionStatus !== 'created')
    throw new Error(`${name} is ${versionStatus}: the bare loop waits for no build`);
  const known = { ...created, versionName: name, versionStatus, origin: 'Created', fingerprint } as const;
  const status = recorded(claim.object, known, { wallMs: Date.now() });
  const record = await client.patchStatus(object.metadata, [
    { op: 'test', path: '/metadata/uid', value: attempt.uid },
    { op: 'test', path: '/status/attempt/id', value: attempt.id },
    { op: 'test', path: '/status/attempt/fingerprint', value: fingerprint },
    { op: 'replace', path: '/status', value: status },
  ]);
  if (record.kind !== 'written') throw new Error(`the record of ${name} ended with ${record.kind}`);
}

function newAttempt({ metadata }: EdgeAppVersion, name: string, fingerprint: string): Attempt {
  return {
    id: systemRandom.uuid(),
    uid: metadata.uid,
    number: 1,
    name,
    fingerprint,
    startedAt: toTimestamp(Date.now()),
    unknownBefore: false,
  };
}
