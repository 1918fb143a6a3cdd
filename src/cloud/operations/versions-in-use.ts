import type { Body, Call, ResponseContext } from '../call.ts';
import { operations } from '../operations.ts';
import { UnexpectedResponse } from '../unexpected-response.ts';
import { mismatchCode, objectMember, quoted, textMember } from './read-members.ts';

/** Where a version can be published to (API reference 10). */
export type Environment = 'staging' | 'prod';

/** Reads the ids of the versions that an environment runs, is being given, or would go back to. */
export function versionsInUse(appId: string, environment: Environment): Call<readonly string[]> {
  return {
    operation: operations.getAppStatus,
    about: appId,
    method: 'POST',
    query: { AppId: appId, PublishEnv: environment },
    toResult: toIds,
  };
}

/** @throws UnexpectedResponse without an object `AppStatus`, or with an id that is none: it would prove nothing. */
function toIds(body: Body, { isId }: ResponseContext): readonly string[] {
  const status = objectMember(body, 'AppStatus');
  const members = ['DeployedVersion', 'PublishingVersion', 'BaseLineVersion'];
  const ids = members.map((name) => textMember(status, name, body)).filter((id) => id !== '');
  const odd = ids.find((id) => !isId(id));
  if (odd === undefined) return [...new Set(ids)];
  const message = `the id of a version in use is not one: ${quoted(odd)}`;
  throw new UnexpectedResponse(mismatchCode, message, body);
}
