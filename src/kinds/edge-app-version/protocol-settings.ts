/** What the create protocol is set to. */
import type { AbsenceRules } from '../../runtime/create-protocol/absence-watch.ts';
import type { PackingOptions } from './request/packing.ts';

/** What is assumed about the cloud, and the times that follow from it; all in milliseconds. */
export interface ProtocolSettings {
  /** Names this installation in markers: stable across rebuilds, different for each cluster. */
  readonly ownerId: string;
  /** `refused`: the cloud never holds two versions of one name. `unproven`: nobody knows. */
  readonly duplicateNames: 'refused' | 'unproven';
  readonly packing: PackingOptions;
  readonly absence: AbsenceRules;
  /** A claim older than this is not followed by a create, nor a live read by a delete. */
  readonly claimDeadlineMs: number;
  /** How long after a create its version may stay unseen in lists and reads before the status asks for a person. */
  readonly propagationMs: number;
  /** How long a create waits for the version to be `created` before its id is written. */
  readonly firstGetMs: number;
  /** How often a version that is at rest is looked up again; 0: never. */
  readonly verifyIntervalMs: number;
}
