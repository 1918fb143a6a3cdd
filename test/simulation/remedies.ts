/** Users who do word for word what the status of each object tells them to do. */
import { findCondition, isStalled } from '../../src/api/conditions.ts';
import type { EdgeAppVersion, Reason } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import { toKey } from './operator.ts';
import { create, edit, rename, type Stage } from './users.ts';

type Remedy = (stage: Stage, object: EdgeAppVersion) => void;

/** By the reason for which an object is Stalled. */
const remedies: Partial<Record<Reason, Remedy>> = {
  /** "If this object is deleted, apply it again under the same name to find the version." */
  NameReserved: applyAgain,
  Ambiguous: applyAgain,
  /** "Correct the fields that the message names and apply again", the name among them as far as the API server takes it. */
  InvalidRequest: (stage, object) => {
    if (object.status?.attempt || object.status?.versionId) return applyAgain(stage, object);
    rename(stage, object);
    const renamed = stage.apiServer.store.stored(toKey(object)) ?? object;
    edit(stage, renamed, { remarks: `${object.spec.remarks} corrected` });
  },
  /** "Where the console shows that the version was deleted, delete this object and apply it again." */
  VersionMissing: (stage, object) => {
    const isDeleted = !stage.cloud.versions.some(({ versionId }) => versionId === object.status?.versionId);
    if (isDeleted) applyAgain(stage, object);
  },
  /** "Apply another EdgeAppVersion with another spec.name." */
  Conflict: (stage, { metadata, spec }) =>
    create(stage, `${metadata.name}-b`, { ...spec, name: `${metadata.name}-b` }),
  /** "Delete all but one of them, then ask for a try." */
  DuplicateVersion: (stage, object) => {
    const ids = object.status?.error?.message.match(/ver-\d+/g)?.slice(1) ?? [];
    for (const id of ids) stage.cloud.removeByHand(id);
  },
};

export function followRemedies(stage: Stage): void {
  const { apiServer, tally } = stage;
  for (const object of apiServer.all()) {
    const { deletionTimestamp } = object.metadata;
    const reason = findCondition(object.status?.conditions, 'Stalled')?.reason;
    const remedy = reason && remedies[reason];
    if (!remedy || deletionTimestamp || !isStalled(object.status?.conditions)) continue;
    tally.fault(`user: follows the remedy of ${reason}`);
    remedy(stage, object);
  }
}

function applyAgain(stage: Stage, { metadata, spec }: EdgeAppVersion): void {
  const { apiServer, timeline } = stage;
  const key = `${metadata.namespace}/${metadata.name}`;
  apiServer.store.remove(key);
  timeline.after(1000, () => {
    if (!apiServer.store.stored(key)) create(stage, metadata.name, spec);
  });
}
