/** What EdgeAppVersion is to the frame, without its controller. */
import { group } from '../../api/group.ts';
import type { KindDescriptor } from '../../runtime/kind-descriptor.ts';
import { type CachedVersion, targetOf, toCached } from './cached-version.ts';
import { type EdgeAppVersion, finalizer, kind, plural, reasons, version } from './edge-app-version.ts';
import { keysToWake } from './keys-to-wake.ts';

export const edgeAppVersionDescriptor: KindDescriptor<EdgeAppVersion, CachedVersion> = {
  group,
  version,
  plural,
  kind,
  crdFile: 'edgeappversions.yaml',
  finalizer,
  reasons,
  // See docs/guarantees.md.
  neededFields: [
    ...['id', 'uid', 'number', 'name', 'fingerprint', 'startedAt', 'unknownBefore'].map(
      (field) => `status.attempt.${field}`,
    ),
    ...['attempts', 'unclearAttempts', 'versionId', 'versionUid', 'seenTime', 'recordedTime'].map(
      (field) => `status.${field}`,
    ),
    'status.error.attemptId',
  ],
  toCached,
  indexes: { target: targetOf },
  wakes: [{ kind, keysOf: keysToWake }],
};
