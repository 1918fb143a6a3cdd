/** Everything that tests and the admin port can see and change from outside the API. */
import { appStatus, seededApp } from './app-operations.ts';
import type { AccessKey } from './authentication.ts';
import type { CallLog, CallRecord, CallTest } from './call-log.ts';
import type { App, AppStatus, CloudState } from './cloud-state.ts';
import type { Fault } from './fault.ts';
import type { FaultBook, FaultState } from './fault-book.ts';
import { isAppId } from './query-parameters.ts';
import { applySwitches, type Switches, type SwitchValues } from './switches.ts';
import { type BuildStatus, type JsonObject, type VersionRecord, versionStatus } from './version-record.ts';

/** A version as the emulator holds it, now. */
export interface StoredVersion {
  readonly appId: string;
  readonly versionId: string;
  readonly name: string;
  readonly remarks: string;
  readonly status: BuildStatus;
  readonly isPublished: boolean;
  /** ISO time. */
  readonly createTime: string;
  readonly containers: readonly JsonObject[];
}

export interface StoredApp {
  readonly appId: string;
  readonly name: string;
  readonly status: AppStatus;
  readonly versionCount: number;
}

export interface VersionChange {
  /** `creating` is for good, until changed again. */
  readonly status?: BuildStatus | undefined;
  readonly isPublished?: boolean | undefined;
}

export interface ControlParts {
  readonly state: CloudState;
  readonly switches: Switches;
  readonly accessKeys: Map<string, AccessKey>;
  readonly faults: FaultBook;
  readonly log: CallLog;
  readonly now: () => number;
}

export class Control {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  /** The newest calls, as many as the switch `maxCalls` says, oldest first. */
  calls(): readonly CallRecord[] {
    return this.#parts.log.calls(this.#parts.switches.maxCalls);
  }

  clearCalls(): void {
    this.#parts.log.clear();
  }

  /** The first call, in the log or still to come, that passes the test; tested again when its outcome changes. */
  waitForCall(test: CallTest): Promise<CallRecord> {
    return this.#parts.log.waitFor(test);
  }

  /** @throws RangeError if the fault is not well formed */
  setFault(fault: Fault): FaultState {
    return this.#parts.faults.add(fault);
  }

  faults(): readonly FaultState[] {
    return this.#parts.faults.all();
  }

  /** Faults that have not hit as many calls as they were set for; a test should end with none. */
  unusedFaults(): readonly FaultState[] {
    return this.faults().filter(({ used, remaining }) =>
      remaining === 'always' ? used === 0 : remaining > 0,
    );
  }

  /** Lets the calls go on that the fault holds. @throws RangeError if there is no such fault */
  releaseFault(id: string): void {
    if (!this.#parts.faults.release(id)) throw new RangeError(`there is no fault ${id}`);
  }

  /** @throws RangeError if there is no such fault */
  removeFault(id: string): void {
    if (!this.#parts.faults.remove(id)) throw new RangeError(`there is no fault ${id}`);
  }

  clearFaults(): void {
    this.#parts.faults.clear();
  }

  switches(): Readonly<Switches> {
    return { ...this.#parts.switches };
  }

  /** @throws RangeError naming every mistake; then nothing is changed */
  setSwitches(values: SwitchValues): void {
    applySwitches(this.#parts.switches, values);
  }

  /** Adds or replaces an access key; undefined removes it. */
  setAccessKey(id: string, key: AccessKey | undefined): void {
    if (key === undefined) this.#parts.accessKeys.delete(id);
    else this.#parts.accessKeys.set(id, key);
  }

  /** Ids only. */
  accessKeyIds(): readonly string[] {
    return [...this.#parts.accessKeys.keys()];
  }

  apps(): readonly StoredApp[] {
    const nowMs = this.#parts.now();
    return this.#parts.state.apps().map(({ record, versions }) => ({
      appId: record.appId,
      name: record.name,
      status: appStatus(record, nowMs),
      versionCount: versions.size,
    }));
  }

  /** Makes an app exist. @throws RangeError if the id is malformed or taken */
  addApp(appId: string): void {
    if (!isAppId(appId)) throw new RangeError(`the app id ${appId} must be app- and 16 to 60 digits`);
    if (this.#parts.state.app(appId)) throw new RangeError(`the app ${appId} exists already`);
    this.#parts.state.change({ kind: 'app', app: seededApp(appId, this.#parts.now()) });
  }

  /** @throws RangeError if there is no such app */
  setAppStatus(appId: string, status: AppStatus): void {
    const { record } = this.#app(appId);
    this.#parts.state.change({ kind: 'app', app: { ...record, fixedStatus: status } });
  }

  /** Oldest first; of all apps, or of one. */
  versions(appId?: string): readonly StoredVersion[] {
    const { state, now } = this.#parts;
    const apps = appId === undefined ? state.apps() : [state.app(appId)];
    const nowMs = now();
    return apps.flatMap((app) => (app?.versions.all() ?? []).map((version) => stored(version, nowMs)));
  }

  /** @throws RangeError if there is no such version */
  changeVersion(versionId: string, change: VersionChange): void {
    const version = this.#version(versionId);
    const nowMs = this.#parts.now();
    const { status, isPublished } = change;
    this.#parts.state.change({
      kind: 'version',
      version: {
        ...version,
        ...(status === 'creating' && { settlesAtMs: null }),
        ...((status === 'created' || status === 'failed') && { settlesAtMs: nowMs, outcome: status }),
        ...(isPublished !== undefined && { publishedAtMs: isPublished ? nowMs : null }),
      },
    });
  }

  /** As if somebody had deleted it in the console. @throws RangeError if there is no such version */
  deleteVersion(versionId: string): void {
    const { appId, name } = this.#version(versionId);
    this.#parts.state.change({ kind: 'versionGone', appId, versionId, name });
  }

  #app(appId: string): App {
    const app = this.#parts.state.app(appId);
    if (app === undefined) throw new RangeError(`there is no app ${appId}`);
    return app;
  }

  #version(versionId: string): VersionRecord {
    for (const { versions } of this.#parts.state.apps()) {
      const version = versions.get(versionId);
      if (version !== undefined) return version;
    }
    throw new RangeError(`there is no version ${versionId}`);
  }
}

function stored(version: VersionRecord, nowMs: number): StoredVersion {
  return {
    appId: version.appId,
    versionId: version.versionId,
    name: version.name,
    remarks: version.remarks,
    status: versionStatus(version, nowMs),
    isPublished: version.publishedAtMs !== null,
    createTime: new Date(version.createdAtMs).toISOString(),
    containers: version.containers,
  };
}
