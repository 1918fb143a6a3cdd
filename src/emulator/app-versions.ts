/** The versions of one app: look-up by id and name, and pages in order. */
import { fuzzyMatch, NameIndex } from './name-index.ts';
import { updatedAtMs, type VersionRecord } from './version-record.ts';

export type OrderKey = 'Name' | 'CreateTime' | 'UpdateTime';

export interface VersionQuery {
  readonly search?: {
    readonly by: 'Name' | 'VersionId';
    readonly key: string;
    readonly mode: 'substring' | 'prefix';
  };
  readonly orderBy: OrderKey;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly nowMs: number;
}

export class AppVersions {
  readonly #byId = new Map<string, VersionRecord>();
  readonly #byName = new Map<string, VersionRecord[]>();
  /** By sequence, ascending. */
  readonly #inOrder: VersionRecord[] = [];
  readonly #index = new NameIndex();
  #removedSinceRebuild = 0;
  /** From this time on List shows all of them. */
  #allListedAtMs = 0;

  get size(): number {
    return this.#byId.size;
  }

  all(): readonly VersionRecord[] {
    return this.#inOrder;
  }

  get(versionId: string): VersionRecord | undefined {
    return this.#byId.get(versionId);
  }

  named(name: string): readonly VersionRecord[] {
    return this.#byName.get(name) ?? [];
  }

  /** The new version's sequence must be above all others. */
  add(version: VersionRecord): void {
    this.#byId.set(version.versionId, version);
    this.#byName.set(version.name, [...this.named(version.name), version]);
    this.#inOrder.push(version);
    this.#index.add(version);
    this.#allListedAtMs = Math.max(this.#allListedAtMs, version.listedAtMs);
  }

  remove(version: VersionRecord): void {
    this.#byId.delete(version.versionId);
    const others = this.named(version.name).filter((other) => other !== version);
    if (others.length > 0) this.#byName.set(version.name, others);
    else this.#byName.delete(version.name);
    this.#inOrder.splice(this.#position(version.sequence), 1);
    this.#removedSinceRebuild += 1;
    if (this.#removedSinceRebuild > this.size + 1000) this.#rebuildIndex();
  }

  page(query: VersionQuery): { readonly versions: readonly VersionRecord[]; readonly totalCount: number } {
    const listed = this.#listed(
      query.search === undefined ? this.#inOrder : this.#matching(query.search),
      query.nowMs,
    );
    const ordered = sorted(listed, query);
    const [from, to] = [query.offset, query.offset + query.limit];
    const versions = query.descending
      ? ordered.slice(Math.max(0, ordered.length - to), Math.max(0, ordered.length - from)).reverse()
      : ordered.slice(from, to);
    return { versions, totalCount: listed.length };
  }

  #listed(versions: readonly VersionRecord[], nowMs: number): readonly VersionRecord[] {
    if (nowMs >= this.#allListedAtMs) return versions;
    return versions.filter((version) => version.listedAtMs <= nowMs);
  }

  #matching({ by, key, mode }: NonNullable<VersionQuery['search']>): readonly VersionRecord[] {
    if (by === 'VersionId') {
      const exact = this.#byId.get(key);
      // All ids have one length, so a whole id is part of no other.
      return exact ? [exact] : this.#inOrder.filter((version) => fuzzyMatch(version.versionId, key, mode));
    }
    const candidates = this.#index.candidates(key) ?? this.#inOrder;
    return candidates.filter(
      (version) => fuzzyMatch(version.name, key, mode) && this.#byId.get(version.versionId) === version,
    );
  }

  /** Binary search. */
  #position(sequence: number): number {
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#inOrder[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #rebuildIndex(): void {
    this.#index.rebuild(this.#inOrder);
    this.#removedSinceRebuild = 0;
  }
}

/** Ascending. Versions come in the order of creation, so that needs no sorting. */
function sorted(versions: readonly VersionRecord[], query: VersionQuery): readonly VersionRecord[] {
  const { orderBy, nowMs } = query;
  if (orderBy === 'CreateTime') return versions;
  const value = (version: VersionRecord) => (orderBy === 'Name' ? version.name : updatedAtMs(version, nowMs));
  return [...versions].sort((one, other) => {
    const [left, right] = [value(one), value(other)];
    return left < right ? -1 : Number(left > right);
  });
}
