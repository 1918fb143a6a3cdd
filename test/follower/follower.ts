/** The example of a kind: a version of one container, created once the EdgeAppVersion that it follows is Ready. */
import { group } from '../../src/api/group.ts';
import { toKey } from '../../src/api/kube-object.ts';
import type { Accounts } from '../../src/cloud/accounts.ts';
import { AbsenceWatch } from '../../src/runtime/create-protocol/absence-watch.ts';
import { createProtocolParts } from '../../src/runtime/create-protocol/protocol-parts.ts';
import type { Kind } from '../../src/runtime/kind.ts';
import { createKindController } from '../../src/runtime/kind-controller.ts';
import { ObjectReconciler } from '../../src/runtime/reconcile-object.ts';
import { createFollowed, type FollowerPass } from './create-followed.ts';
import { type Follower, type FollowerStatus, reasons } from './types.ts';

export const followerKind: Kind<Follower, Follower, { readonly accounts: Accounts }> = {
  group,
  version: 'v1alpha1',
  plural: 'edgeappfollowers',
  kind: 'EdgeAppFollower',
  crdFile: '../test/follower/edgeappfollowers.yaml',
  finalizer: `${group}/follower`,
  reasons,
  neededFields: ['status.attempt.id', 'status.attempt.fingerprint', 'status.attempts', 'status.versionId'],
  toCached: (object) => object,
  indexes: { follows: ({ metadata, spec }) => `${metadata.namespace}/${spec.follows}` },
  wakes: [
    { kind: 'EdgeAppFollower', keysOf: ({ key, own: isOwn }) => (isOwn ? [] : [key]) },
    { kind: 'EdgeAppVersion', keysOf: ({ key }, cache) => cache.withIndex('follows', key).map(toKey) },
  ],
  createController(parts) {
    const { kind, toCached, finalizer } = followerKind;
    const { writes, recorder } = createProtocolParts<Follower, Follower, FollowerStatus>({
      ...parts,
      kind,
      toCached,
      idOf: ({ versionId }) => versionId,
      toLogFields: ({ versionId, error }) => ({ versionId, code: error?.code }),
    });
    const absences = new AbsenceWatch(parts.clock, { settleDelayMs: 30_000, spacingMs: 10_000, looks: 3 });
    const shared = { ...parts, writes, recorder, absences, claimDeadlineMs: 5_000 };
    const neverHeldBack = () => ({ outcome: { kind: 'retry' } as const });
    const reconciler = new ObjectReconciler<Follower, Follower, FollowerStatus, { readonly kind: 'create' }>({
      ...shared,
      kind: {
        kind,
        finalizer,
        resume: (key) => recorder.resume(key),
        whole: (cached) => cached,
        restsForMs: () => 0,
        nextStep: ({ object }) => ({ kind: isDone(object) ? 'rest' : 'create' }),
        run: (_, pass): ReturnType<typeof createFollowed> =>
          createFollowed({ ...shared, ...pass } as FollowerPass),
        finalizerNotKept: neverHeldBack,
        finalizerNotRemoved: neverHeldBack,
        forget: (key) => absences.forget(key),
      },
    });
    return createKindController({
      ...parts,
      kind: followerKind,
      recorder,
      reconcile: (key, signal) => reconciler.reconcile(key, signal),
      isDue: () => true,
      verifyAll: (onVerified) => onVerified(),
      waitsForSchema: (object) => !isDone(object),
    });
  },
};

function isDone({ metadata, status }: Follower): boolean {
  return metadata.deletionTimestamp !== undefined || status?.versionId !== undefined;
}
