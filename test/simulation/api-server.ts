/** The API server of the simulation: one store, a watch for each process, and an eye on every status it is given. */
import { isDeepStrictEqual } from 'node:util';
import { hasFinalizer } from '../../src/api/finalizers.ts';
import { targetOf } from '../../src/kinds/edge-app-version/cached-version.ts';
import { type EdgeAppVersion, finalizer } from '../../src/kinds/edge-app-version/edge-app-version.ts';
import type { Attempt } from '../../src/runtime/create-protocol/attempt.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { brokenRules } from '../support/status-rules.ts';
import type { Timeline } from './timeline.ts';

export interface Claim extends Attempt {
  readonly key: string;
  /** The object's uid, and how often its status was lost before. */
  readonly life: string;
  /** When the API server wrote it, in virtual time. */
  readonly writtenAtMs: number;
}

export interface StoreChange {
  readonly key: string;
  readonly old?: EdgeAppVersion;
  readonly new?: EdgeAppVersion;
}

export class ApiServer {
  readonly store = createMemoryObjectStore<EdgeAppVersion>({ indexes: { target: targetOf } });
  /** Every attempt that was ever claimed, by its id. */
  readonly claims = new Map<string, Claim>();
  /** Objects that went under `deletionPolicy: Delete`, none of whose earlier lives went otherwise, as they were last. */
  readonly goneUnderDelete = new Map<string, EdgeAppVersion>();
  readonly violations: string[] = [];
  /** Objects that a user took away by force: the operator had no chance to clean up. */
  readonly forced = new Set<string>();
  /** The uids of objects that were given another name after their status was lost: nobody knows what they made before. */
  readonly renamedAfterLoss = new Set<string>();
  /** Lives that ended when a user took the status away. */
  readonly lostLives = new Set<string>();
  /** A user may take a status away, as a restored backup does; the operator may not. */
  isUserWriting = false;
  /** The object with this key as it was after each change, the oldest first. */
  readonly past = new Map<string, EdgeAppVersion[]>();
  /** How often a user took the status of an object away: its history begins anew. */
  readonly #lives = new Map<string, number>();
  readonly #timeline: Timeline;
  /** Since when the object with this key has not been both going and under Delete. */
  readonly #keptSinceMs = new Map<string, number>();
  readonly #keys = new Set<string>();
  /** Objects that were going with our finalizer on them. */
  readonly #isGuarded = new Set<string>();
  readonly #wasRetained = new Set<string>();
  readonly #watchers = new Set<(change: StoreChange) => void>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.store.onChange(({ key, old, new: after }) => {
      if (after) this.#keys.add(key);
      else this.#forget(key, old);
      if (old?.metadata.uid !== after?.metadata.uid) this.past.delete(key);
      if (after) this.past.set(key, [...(this.past.get(key) ?? []), after]);
      if (after && this.isUserWriting) this.#beginLife(key, after);
      else if (after) this.#inspect(key, old, after);
      this.#noteWish(key, after);
      const change = { key, ...(old && { old }), ...(after && { new: after }) };
      for (const tell of [...this.#watchers]) tell(change);
    });
  }

  /** Every object, as a listing has them. */
  all(): EdgeAppVersion[] {
    return [...this.#keys].map((key) => this.store.stored(key)).filter((object) => object !== undefined);
  }

  /** The object's uid, and how often its status was lost before. */
  lifeOf({ metadata }: EdgeAppVersion): string {
    return `${metadata.uid} ${this.lossesOf({ metadata })}`;
  }

  lossesOf({ metadata }: Pick<EdgeAppVersion, 'metadata'>): number {
    return this.#lives.get(`${metadata.namespace}/${metadata.name}`) ?? 0;
  }

  /** For how long, in milliseconds, nobody has wanted the version of this object deleted; 0 where somebody does. */
  unwantedForMs(key: string): number {
    const since = this.#keptSinceMs.get(key);
    return since === undefined ? 0 : this.#timeline.nowMs - since;
  }

  /** Returns what ends the watch. */
  watch(tell: (change: StoreChange) => void): () => void {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  }

  #forget(key: string, old: EdgeAppVersion | undefined): void {
    this.#keys.delete(key);
    const isForced = this.forced.has(key) || this.#wasRetained.has(key);
    if (old?.spec.deletionPolicy === 'Delete' && this.#isGuarded.has(key) && !isForced) {
      this.goneUnderDelete.set(key, old);
    } else {
      this.#wasRetained.add(key);
      this.goneUnderDelete.delete(key);
    }
  }

  #noteWish(key: string, object: EdgeAppVersion | undefined): void {
    const isWanted =
      object?.metadata.deletionTimestamp !== undefined && object.spec.deletionPolicy === 'Delete';
    // Who asks for Delete and deletes at once leaves the operator no time to set the finalizer.
    if (isWanted && hasFinalizer(object.metadata, finalizer)) this.#isGuarded.add(key);
    if (isWanted) this.#keptSinceMs.delete(key);
    else if (!this.#keptSinceMs.has(key)) this.#keptSinceMs.set(key, this.#timeline.nowMs);
  }

  #beginLife(key: string, object: EdgeAppVersion): void {
    this.lostLives.add(this.lifeOf(object));
    this.#lives.set(key, this.lossesOf(object) + 1);
  }

  #inspect(key: string, old: EdgeAppVersion | undefined, after: EdgeAppVersion): void {
    const { attempt, versionId, conditions } = after.status ?? {};
    if (attempt && !this.claims.has(attempt.id)) {
      const life = this.lifeOf(after);
      this.claims.set(attempt.id, { ...attempt, key, life, writtenAtMs: this.#timeline.nowMs });
    }
    if (!old || old.metadata.uid !== after.metadata.uid) return;
    const before = old.status?.versionId;
    if (before && before !== versionId)
      this.violations.push(`idChanged: ${key} from ${before} to ${versionId}`);
    // A status that a user wrote stays what it is when the operator writes something else.
    if (!conditions || isDeepStrictEqual(after.status, old.status)) return;
    for (const rule of brokenRules(after)) this.violations.push(`brokenStatus: ${key}: ${rule}`);
  }
}
