/** A version as every read of the cloud describes it. */
import type { Body } from '../call.ts';
import { textMember, textOf } from './read-members.ts';

/** As the cloud says it (API reference, GetEdgeContainerAppVersion). */
export type VersionStatus = 'creating' | 'created' | 'failed';

/** What List gives of a version; its `containers` lack three members there (API reference 9.3). */
export interface VersionSummary {
  readonly versionId: string;
  readonly name: string;
  readonly remarks: string;
  /** Undefined where the cloud sends a word that the API reference does not list. */
  readonly status: VersionStatus | undefined;
}

/** @param body the whole response @throws UnexpectedResponse where a member that is there is no text */
export function toSummary(version: Body, body: Body): VersionSummary {
  const status = textOf(version.Status);
  return {
    versionId: textMember(version, 'VersionId', body),
    name: textMember(version, 'Name', body),
    remarks: textMember(version, 'Remarks', body),
    status: isVersionStatus(status) ? status : undefined,
  };
}

function isVersionStatus(word: string): word is VersionStatus {
  return word === 'creating' || word === 'created' || word === 'failed';
}
