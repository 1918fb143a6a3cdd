/** The `EdgeAppFollower` resource as TypeScript types. */
import type { ObjectMeta } from '../../src/api/object-meta.ts';
import type { AttemptStatus } from '../../src/runtime/create-protocol/attempt.ts';

export interface Follower {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly appId: string; readonly follows: string; readonly image: string };
  readonly status?: FollowerStatus;
}

export interface FollowerStatus extends AttemptStatus {
  readonly versionId?: string;
}

export const reasons = [
  'Created',
  'Progressing',
  'ProgressingWithRetry',
  'Ambiguous',
  'WriteNotStored',
] as const;
