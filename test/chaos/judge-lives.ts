/** Every version that the cloud ever held, as far as its log and its present tell. */
import type { CallRecord, StoredVersion } from '../../src/emulator/emulator.ts';
import type { Evidence } from './evidence.ts';
import { type Mark, readMark } from './judge-content.ts';

export interface VersionLife {
  readonly versionId: string;
  readonly appId: string;
  readonly name: string;
  readonly mark: Mark | undefined;
  /** It was there at the latest from, and at least until: milliseconds since the Unix epoch. */
  readonly bornMs: number;
  readonly goneMs: number;
  /** Undefined where it is gone. */
  readonly now: StoredVersion | undefined;
  /** As it was before the log began. */
  readonly before: StoredVersion | undefined;
}

export const isCreate = ({ action }: CallRecord): boolean => action === 'CreateEdgeContainerAppVersion';
export const isDelete = ({ action }: CallRecord): boolean => action === 'DeleteEdgeContainerAppVersion';
export const timeOf = ({ time }: CallRecord): number => Date.parse(time);

export function versionLives(evidence: Evidence): readonly VersionLife[] {
  const { earlier, versions, calls } = evidence;
  const now = byId(versions);
  const before = byId(earlier);
  const stored = new Map([...before, ...now]);
  const deletedMs = new Map(
    calls
      .filter((call) => isDelete(call) && call.outcome.committed)
      .map((call) => [call.parameters.VersionId ?? '', timeOf(call)]),
  );
  const alive = (life: Omit<VersionLife, 'goneMs' | 'now' | 'before'>): VersionLife => ({
    ...life,
    goneMs: now.has(life.versionId)
      ? Number.POSITIVE_INFINITY
      : (deletedMs.get(life.versionId) ?? life.bornMs),
    now: now.get(life.versionId),
    before: before.get(life.versionId),
  });
  const created = calls.filter(
    ({ outcome }) => outcome.versionId !== undefined && !stored.has(outcome.versionId),
  );
  return [...[...stored.values()].map(fromStored), ...created.filter(isCreate).map(fromCall)].map(alive);
}

function fromStored({ versionId, appId, name, remarks, createTime }: StoredVersion) {
  return { versionId, appId, name, mark: readMark(remarks), bornMs: Date.parse(createTime) };
}

function fromCall(call: CallRecord) {
  const { parameters, outcome } = call;
  const { AppId: appId = '', Name: name = '', Remarks: remarks } = parameters;
  const bornMs = timeOf(call) + (outcome.durationMs ?? 0);
  return { versionId: outcome.versionId ?? '', appId, name, mark: readMark(remarks), bornMs };
}

function byId(versions: readonly StoredVersion[]): Map<string, StoredVersion> {
  return new Map(versions.map((version) => [version.versionId, version]));
}
