/** Where a version stands once its id is known: the status that says so, and when to look again. */

import { again, done, type Outcome } from '../../../runtime/outcome.ts';
import type { EdgeAppVersionStatus } from '../edge-app-version.ts';
import { conclude, type Pass, recheckMs } from '../pass.ts';
import { type KnownVersion, recorded } from '../status/status.ts';

export interface Settling {
  readonly status: EdgeAppVersionStatus;
  readonly outcome: Outcome;
}

/** A build under way is polled, a failed one looked at each hour, a finished one verified where that is on. */
export function toSettling(pass: Pass, known: KnownVersion): Settling {
  const { key, object, memory, clock } = pass;
  if (known.versionStatus && known.versionStatus !== 'creating') memory.settle(key);
  const delayMs = delayBeforeNextLook(pass, known);
  const wallMs = clock.wallMs();
  const status = recorded(object, known, { wallMs, nextAttemptMs: wallMs + delayMs });
  return { status, outcome: Number.isFinite(delayMs) ? again(delayMs) : done };
}

export function settleVersion(pass: Pass, known: KnownVersion): Promise<Outcome> {
  const { status, outcome } = toSettling(pass, known);
  return conclude(pass, status, outcome);
}

function delayBeforeNextLook(pass: Pass, { versionStatus }: KnownVersion): number {
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
