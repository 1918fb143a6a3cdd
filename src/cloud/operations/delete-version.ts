import type { Call } from '../call.ts';
import { operations } from '../operations.ts';

/** Deletes a version. That the cloud takes it does not prove that it is done. */
export function deleteVersion(
  appId: string,
  versionId: string,
): Call<{ readonly requestId: string | undefined }> {
  return {
    operation: operations.deleteVersion,
    about: versionId,
    method: 'POST',
    query: { AppId: appId, VersionId: versionId },
    toResult: (_body, { requestId }) => ({ requestId }),
  };
}
