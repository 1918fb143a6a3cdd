/** A version as the emulator keeps it. */

export type JsonObject = Readonly<Record<string, unknown>>;

export type BuildStatus = 'creating' | 'created' | 'failed';

/** Plain data, so that it can be written to the state file as it is. Times in milliseconds since the Unix epoch. */
export interface VersionRecord {
  readonly appId: string;
  readonly versionId: string;
  readonly name: string;
  readonly remarks: string;
  /** The documented members only; ProbeContent as object. */
  readonly containers: readonly JsonObject[];
  /** Grows with every version; the order of creation. */
  readonly sequence: number;
  readonly createdAtMs: number;
  /** From when on List shows it. */
  readonly listedAtMs: number;
  /** From when on Get finds it; at once where absent. */
  readonly foundAtMs?: number;
  /** When `creating` ends; null is never. */
  settlesAtMs: number | null;
  /** How it ends. */
  outcome: 'created' | 'failed';
  publishedAtMs: number | null;
}

export function versionStatus(version: VersionRecord, nowMs: number): BuildStatus {
  const { settlesAtMs } = version;
  return settlesAtMs === null || nowMs < settlesAtMs ? 'creating' : version.outcome;
}

/** When it last changed. */
export function updatedAtMs(version: VersionRecord, nowMs: number): number {
  const settledAtMs = versionStatus(version, nowMs) === 'creating' ? null : version.settlesAtMs;
  return Math.max(version.createdAtMs, settledAtMs ?? 0, version.publishedAtMs ?? 0);
}
