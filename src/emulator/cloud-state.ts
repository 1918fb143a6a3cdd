/** What the emulated cloud holds: apps and their versions. Every change passes through here, and to the journal. */
import { AppVersions } from './app-versions.ts';
import type { JsonObject, VersionRecord } from './version-record.ts';

/** An app as the emulator keeps it: plain data. Times in milliseconds since the Unix epoch. */
export interface AppRecord {
  readonly appId: string;
  readonly name: string;
  readonly remarks: string;
  readonly servicePort: number;
  readonly targetPort: number;
  /** In the names that Get answers with. */
  readonly healthCheck: JsonObject;
  readonly createdAtMs: number;
  /** When `creating` ends. */
  readonly settlesAtMs: number;
  /** Overrules what time says: set by a deletion or through the admin port. */
  fixedStatus: AppStatus | null;
}

export type AppStatus = 'creating' | 'created' | 'failed' | 'deleted';

/** One change, complete in itself: played again in order, changes give the state. */
export type Change =
  | { readonly kind: 'app'; readonly app: AppRecord }
  | { readonly kind: 'version'; readonly version: VersionRecord }
  | {
      readonly kind: 'versionGone';
      readonly appId: string;
      readonly versionId: string;
      readonly name: string;
    };

export interface App {
  record: AppRecord;
  readonly versions: AppVersions;
  /** Names that a version had which was deleted. */
  readonly deletedNames: Set<string>;
}

export class CloudState {
  readonly #apps = new Map<string, App>();
  readonly #onChange: (change: Change) => void;
  #lastSequence = 0;

  /** `onChange` is called with every change after it was made. */
  constructor(onChange: (change: Change) => void) {
    this.#onChange = onChange;
  }

  apps(): readonly App[] {
    return [...this.#apps.values()];
  }

  app(appId: string): App | undefined {
    return this.#apps.get(appId);
  }

  nextSequence(): number {
    return this.#lastSequence + 1;
  }

  /** Makes a change and hands it on. */
  change(change: Change): void {
    this.replay(change);
    this.#onChange(change);
  }

  /** Makes a change that is already in the journal. */
  replay(change: Change): void {
    if (change.kind === 'app') this.#putApp(change.app);
    else if (change.kind === 'version') this.#putVersion(change.version);
    else this.#removeVersion(change);
  }

  /** The changes that rebuild this state. */
  *snapshot(): Generator<Change> {
    for (const { record, versions, deletedNames } of this.#apps.values()) {
      yield { kind: 'app', app: record };
      for (const version of versions.all()) yield { kind: 'version', version };
      for (const name of deletedNames) {
        yield { kind: 'versionGone', appId: record.appId, versionId: '', name };
      }
    }
  }

  #putApp(record: AppRecord): void {
    const app = this.#apps.get(record.appId);
    if (app === undefined) {
      this.#apps.set(record.appId, { record, versions: new AppVersions(), deletedNames: new Set() });
    } else app.record = record;
  }

  #putVersion(version: VersionRecord): void {
    const app = this.#apps.get(version.appId);
    const old = app?.versions.get(version.versionId);
    if (old !== undefined) Object.assign(old, version);
    else app?.versions.add(version);
    this.#lastSequence = Math.max(this.#lastSequence, version.sequence);
  }

  #removeVersion(gone: { readonly appId: string; readonly versionId: string; readonly name: string }): void {
    const app = this.#apps.get(gone.appId);
    const version = app?.versions.get(gone.versionId);
    if (version !== undefined) app?.versions.remove(version);
    app?.deletedNames.add(gone.name);
  }
}
