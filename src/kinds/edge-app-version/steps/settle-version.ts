/** Where a version stands once its id is known: the status that says so, and when the next lookup is. */

import type { AttemptEnd } from '../../../runtime/create-protocol/create-once.ts';
import { again, done } from '../../../runtime/outcome.ts';
import { recheckMs } from '../../../runtime/recheck.ts';
import type { EdgeAppVersionStatus } from '../edge-app-version.ts';
import type { VersionPass } from '../pass.ts';
import { type KnownVersion, recorded } from '../status/status.ts';

/** A build under way is polled, a failed one looked at each hour, a finished one verified where that is on. */
export function settleVersion(pass: VersionPass, known: KnownVersion): AttemptEnd<EdgeAppVersionStatus> {
  const { key, object, memory, clock } = pass;
  if (known.versionStatus && known.versionStatus !== 'creating') memory.settle(key);
  const delayMs = delayBeforeNextLookup(pass, known);
  const wallMs = clock.wallMs();
  const status = recorded(object, known, { wallMs, nextAttemptMs: wallMs + delayMs });
  return { status, outcome: Number.isFinite(delayMs) ? again(delayMs) : done };
}

function delayBeforeNextLookup(pass: VersionPass, { versionStatus }: KnownVersion): number {
  switch (versionStatus) {
    case undefined:
    case 'creating':
      return pass.memory.nextPollMs(pass.key);
    case 'created':
      return pass.memory.verifyInMs(pass.key);
    case 'failed':
      return recheckMs(pass);
  }
}
