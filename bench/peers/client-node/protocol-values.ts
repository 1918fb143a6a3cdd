/** The values that the protocol writes into a status. */

import { randomUUID } from 'node:crypto';
import type { VersionStatus } from '../../../src/cloud/operations/version-summary.ts';
import { toTimestamp } from '../../../src/core/text/timestamp.ts';
import type { EdgeAppVersion } from '../../../src/kinds/edge-app-version/edge-app-version.ts';
import type { KnownVersion } from '../../../src/kinds/edge-app-version/status/status.ts';
import type { Attempt } from '../../../src/runtime/create-protocol/attempt.ts';

export function toKnown(of: {
  readonly versionId: string;
  readonly name: string;
  readonly status: VersionStatus;
  readonly fingerprint: string;
}): KnownVersion {
  const { versionId, name, status, fingerprint } = of;
  return { versionId, versionName: name, versionStatus: status, origin: 'Created', fingerprint };
}

/** Nothing is left to do until the object changes. */
export function isSettled({ status }: EdgeAppVersion): boolean {
  return status?.versionStatus === 'created' || status?.versionStatus === 'failed';
}

/** The next attempt to create the object's version. */
export function toAttempt({ metadata, status }: EdgeAppVersion, name: string, fingerprint: string): Attempt {
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
