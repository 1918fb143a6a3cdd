/** What the steps of an EdgeAppVersion have at hand. */
import type { ObjectCache } from '../../api/object-cache.ts';
import type { ObjectClient } from '../../api/object-client.ts';
import type { Accounts } from '../../cloud/accounts.ts';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import type { Issue } from '../../core/schema/issue.ts';
import type { Recorder } from '../../runtime/create-protocol/recorder.ts';
import type { Leadership } from '../../runtime/election/leadership.ts';
import type { ObjectWrites } from '../../runtime/object-writes.ts';
import { done } from '../../runtime/outcome.ts';
import type { Pass } from '../../runtime/reconcile-object.ts';
import type { StepResult } from '../../runtime/step-result.ts';
import type { CachedVersion } from './cached-version.ts';
import type { EdgeAppVersion, EdgeAppVersionStatus } from './edge-app-version.ts';
import type { Memory } from './memory.ts';
import type { ProtocolRules } from './protocol-rules.ts';
import type { ProtocolSettings } from './protocol-settings.ts';

export interface Dependencies {
  readonly cache: ObjectCache<CachedVersion>;
  readonly client: ObjectClient<EdgeAppVersion>;
  readonly accounts: Accounts;
  readonly leadership: Leadership;
  /** What is wrong with an object by the rules of the resource. */
  readonly findIssues: (object: EdgeAppVersion) => readonly Issue[];
  /** The fields of the protocol that the installed CRD would drop. */
  readonly missingFields: () => readonly string[];
  readonly settings: ProtocolSettings;
  readonly rules: ProtocolRules;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** One pass over one object. */
export interface VersionPass extends Dependencies, Pass<EdgeAppVersion> {
  readonly logger: Logger;
  readonly memory: Memory;
  readonly recorder: Recorder<EdgeAppVersion, EdgeAppVersionStatus>;
  readonly writes: ObjectWrites<EdgeAppVersion, CachedVersion, EdgeAppVersionStatus>;
}

export type VersionResult = StepResult<EdgeAppVersion, EdgeAppVersionStatus>;

/** Nothing of the object is left in the cloud: it may go. */
export const released: VersionResult = { outcome: done, isReleased: true };
