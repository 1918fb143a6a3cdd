/** The port to one Lease. */
import type { WriteResult } from '../../api/object-client.ts';

/** What a Lease says (`coordination.k8s.io/v1`, its spec). */
export interface LeaseRecord {
  /** Who holds it; empty: nobody. */
  readonly holder: string;
  /** How long it is good for after the holder's last write; whole seconds. Undefined where the writer left it out. */
  readonly durationMs: number | undefined;
  /** When the holder got it, and when it last wrote it, by the holder's wall clock: for people alone. */
  readonly acquiredWallMs: number;
  readonly renewedWallMs: number;
  /** How often it went from one holder to another. */
  readonly transitions: number;
  /** The API server went back in time: no stored VersionId is believed before it was looked up. */
  readonly mustVerify?: boolean;
}

/** A Lease as the API server has it. */
export interface Lease extends LeaseRecord {
  readonly resourceVersion: string;
}

export type LeaseWriteResult = Exclude<WriteResult<Lease>, { readonly kind: 'invalid' | 'tooLarge' }>;

/**
 * Live reads and writes of one Lease. Each call is sent once and throws where it has no response; whether a write without
 * a response was done, nobody knows. `signal` gives a call up.
 */
export interface LeaseClient {
  /** Undefined when there is no such Lease. */
  read(signal: AbortSignal): Promise<Lease | undefined>;
  /** `conflict`: there is one already. */
  create(record: LeaseRecord, signal: AbortSignal): Promise<LeaseWriteResult>;
  /** Writes `lease` only if the stored one still has its resourceVersion. */
  replace(lease: Lease, signal: AbortSignal): Promise<LeaseWriteResult>;
}
