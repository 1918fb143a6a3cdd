import type { Body, Call, ResponseContext } from '../call.ts';
import type { CreateVersionRequest } from '../create-request.ts';
import { operations } from '../operations.ts';
import { UnexpectedResponse } from '../unexpected-response.ts';
import { quoted, textOf } from './read-members.ts';

export interface CreatedVersion {
  readonly versionId: string;
  readonly requestId: string | undefined;
}

/** Creates a version. `nonce` becomes the signature nonce. */
export function createVersion(request: CreateVersionRequest, nonce: string): Call<CreatedVersion> {
  const { AppId, Containers, Name, Remarks } = request;
  return {
    operation: operations.createVersion,
    about: Name,
    method: 'POST',
    form: { AppId, Containers, Name, Remarks },
    nonce,
    toResult: toCreated,
  };
}

/** @throws UnexpectedResponse without a VersionId, or with one that is none: the version may exist all the same. */
function toCreated(body: Body, { requestId, isId }: ResponseContext): CreatedVersion {
  const versionId = textOf(body.VersionId);
  if (isId(versionId)) return { versionId, requestId };
  const [code, message] =
    versionId === ''
      ? ['(200 without VersionId)', 'the response to the create has no VersionId']
      : ['(VersionId not usable)', `the VersionId is not one: ${quoted(versionId)}`];
  throw new UnexpectedResponse(code, message, body);
}
