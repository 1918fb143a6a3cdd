/** How the open attempt of an object ended, as far as its status still says. */
import type { EdgeAppVersionStatus, ErrorStatus } from './edge-app-version.ts';

/** The error with which its create ended: none while nobody knows, or where the error is that of an earlier attempt. */
export function endOfAttempt(status: EdgeAppVersionStatus | undefined): ErrorStatus | undefined {
  const { attempt, error } = status ?? {};
  if (!attempt || error?.operation !== 'CreateEdgeContainerAppVersion') return undefined;
  return Date.parse(error.time) >= Date.parse(attempt.startedAt) ? error : undefined;
}
