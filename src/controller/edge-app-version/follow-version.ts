/** The id is known: watches the build to its end, and then only sees to it that the status stays true. */
import { isAsked } from '../../core/decide.ts';
import type { EdgeAppVersion } from '../../core/edge-app-version.ts';
import { versionMissing } from '../../core/problem.ts';
import type { KnownVersion } from '../../core/status.ts';
import { versionName } from '../../core/to-create-request.ts';
import type { FoundVersion } from '../app-lookups.ts';
import type { Outcome } from '../outcome.ts';
import { connect } from './connect.ts';
import { again, fail, type Pass, retry } from './pass.ts';
import { settleVersion } from './settle-version.ts';

export async function followVersion(pass: Pass): Promise<Outcome> {
  const { key, object, memory, clock } = pass;
  const known = knownOf(object);
  const isBuilt = known.versionStatus === 'created' && !object.status?.error;
  const isDue = !isBuilt || isAsked(object) || memory.verifyInMs(key) === 0;
  if (!isDue) return settleVersion(pass, known);
  const startedMs = clock.monotonicMs();
  const found = await look(pass, known.versionId);
  switch (found.kind) {
    case 'found':
      memory.looked(key);
      return settleVersion(pass, { ...known, versionStatus: found.version.status ?? known.versionStatus });
    case 'absent':
      return afterAbsence(pass, known.versionId, startedMs);
    case 'unknown':
      // A version that was built stays Ready: that nobody can see it just now says nothing about it.
      return isBuilt ? retry : fail(pass, found.problem);
  }
}

async function look(pass: Pass, versionId: string): Promise<FoundVersion> {
  const connection = await connect(pass);
  if (connection.kind === 'failed') return { kind: 'unknown', problem: connection.problem };
  return pass.lookupsOf(connection.api, pass.object.spec.appId).withId(versionId);
}

/** A list may lag behind, so that one look without the version does not prove that it is gone. */
function afterAbsence(pass: Pass, versionId: string, startedMs: number): Promise<Outcome> | Outcome {
  const watched = pass.memory.absences.see(pass.key, `missing ${versionId}`);
  watched.absent(startedMs);
  return watched.isProven ? fail(pass, versionMissing(versionId)) : again(watched.nextLookMs());
}

function knownOf(object: EdgeAppVersion): KnownVersion {
  const { status } = object;
  return {
    versionId: status?.versionId ?? '',
    versionName: status?.versionName ?? versionName(object),
    versionStatus: status?.versionStatus ?? 'creating',
    origin: status?.origin ?? 'Created',
    fingerprint: status?.fingerprint ?? '',
  };
}
