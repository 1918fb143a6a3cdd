import type { Body, Call, ResponseContext } from '../call.ts';
import { operations } from '../operations.ts';
import { UnexpectedResponse } from '../unexpected-response.ts';
import { mismatchCode, objectMember, quoted, textMember } from './read-members.ts';
import { toSummary, type VersionSummary } from './version-summary.ts';

export interface VersionDetail extends VersionSummary {
  readonly appId: string;
  /** As decoded from JSON, in the API's own names; unchecked. */
  readonly containers: readonly unknown[];
  readonly requestId: string | undefined;
}

/** Reads one version with its containers. */
export function getVersion(appId: string, versionId: string): Call<VersionDetail> {
  return {
    operation: operations.getVersion,
    about: versionId,
    method: 'GET',
    query: { AppId: appId, VersionId: versionId },
    toResult: (body, context) => toDetail(body, { appId, versionId }, context),
  };
}

/** @throws UnexpectedResponse without an object `Version`, or where it is not the one that was asked for. */
function toDetail(
  body: Body,
  asked: { readonly appId: string; readonly versionId: string },
  { requestId, isId }: ResponseContext,
): VersionDetail {
  const version = objectMember(body, 'Version');
  const [appId, versionId] = [textMember(version, 'AppId', body), textMember(version, 'VersionId', body)];
  if ((versionId !== '' && versionId !== asked.versionId) || (appId !== '' && !isId(appId))) {
    const found = `${quoted(versionId)} of ${quoted(appId)}`;
    throw new UnexpectedResponse(mismatchCode, `the response is about another version: ${found}`, body);
  }
  return {
    ...toSummary(version, body),
    appId: appId || asked.appId,
    versionId: asked.versionId,
    containers: Array.isArray(version.Containers) ? version.Containers : [],
    requestId,
  };
}
