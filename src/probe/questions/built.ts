import { getVersion } from '../../cloud/operations/get-version.ts';
import type { VersionStatus } from '../../cloud/operations/version-summary.ts';
import type { QuestionContext } from '../question.ts';
import { Unanswered } from '../unanswered.ts';

/** The longest that a version is watched while it is `creating`. */
export const buildLimitMs = 10 * 60_000;

/** How the version ends. @throws Unanswered where it is still `creating` after ten minutes */
export async function settledStatus(
  { send, appId, waitFor }: QuestionContext,
  versionId: string,
): Promise<VersionStatus> {
  const settled = await waitFor(async () => {
    const { status } = await send(getVersion(appId, versionId));
    return status === 'creating' ? undefined : (status ?? 'failed');
  }, buildLimitMs);
  if (settled === undefined)
    throw new Unanswered(`${versionId} is still creating after ${buildLimitMs / 60_000} minutes`);
  return settled;
}

/** @throws Unanswered where it ends otherwise than as `created` */
export async function mustBeCreated(context: QuestionContext, versionId: string): Promise<void> {
  const status = await settledStatus(context, versionId);
  if (status !== 'created')
    throw new Unanswered(`${versionId} ended as ${status}: give an --image that can be pulled`);
}
