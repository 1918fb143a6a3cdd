/** What an action needs from the emulator and gives back. */
import type { CloudState } from './cloud-state.ts';
import type { Parameters } from './decoded-call.ts';
import type { Switches } from './switches.ts';
import type { BuildStatus, JsonObject } from './version-record.ts';

/** What a fault changes in a version that the call creates. */
export interface VersionEffects {
  /** The status it ends in; `creating` is for good. */
  readonly status?: BuildStatus | undefined;
  /** How long List does not show it. */
  readonly listDelayMs?: number | undefined;
  /** How long Get does not find it. */
  readonly getDelayMs?: number | undefined;
}

export interface OperationContext {
  readonly state: CloudState;
  readonly switches: Switches;
  readonly nowMs: number;
  readonly effects: VersionEffects;
}

export interface Operation {
  /** HTTP methods of the API's metadata (API reference section 8). */
  readonly methods: readonly string[];
  readonly httpsOnly?: boolean;
  /** Does the action's work; answers with the body without RequestId. @throws ApiError */
  readonly run: (context: OperationContext, parameters: Parameters) => JsonObject;
}
