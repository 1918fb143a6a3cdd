/** The ESA edge container API on loopback: starts it and hands out its controls. */
import { adminListener } from './admin.ts';
import { Api, apiListener } from './api.ts';
import type { AccessKey } from './authentication.ts';
import { CallLog } from './call-log.ts';
import { CloudState } from './cloud-state.ts';
import { Control, type ControlParts } from './control.ts';
import { FaultBook } from './fault-book.ts';
import { Journal, readJournal } from './journal.ts';
import { listen } from './listen.ts';
import { applySwitches, defaultSwitches, type SwitchValues } from './switches.ts';

export type { AccessKey } from './authentication.ts';
export type { CallOutcome, CallRecord, CallTest } from './call-log.ts';
export type { StoredApp, StoredVersion, VersionChange } from './control.ts';
export type { Fault, FaultAnswer } from './fault.ts';
export type { FaultState } from './fault-book.ts';
export type { Switches, SwitchValues } from './switches.ts';

/** The pair that works if no other keys are given. */
export const defaultAccessKey = { id: 'emulator-key-id', secret: 'emulator-key-secret' } as const;

export interface EmulatorOptions extends SwitchValues {
  /** `host:port` of the API; port 0 takes a free one. Default `127.0.0.1:0`. */
  readonly listen?: string | undefined;
  /** `host:port` of the admin port. Default `127.0.0.1:0`. */
  readonly adminListen?: string | undefined;
  /** By access key id. Default: `defaultAccessKey` alone. */
  readonly accessKeys?: Readonly<Record<string, AccessKey>> | undefined;
  /** Ids of apps that exist from the start. */
  readonly apps?: readonly string[] | undefined;
  /** Keeps apps and versions in this file; without it they are gone with the emulator. */
  readonly stateFile?: string | undefined;
  /** Milliseconds since the Unix epoch; for tests. Default: the system's time. */
  readonly now?: (() => number) | undefined;
}

/** A running emulator: what `Control` offers, its addresses, and its end. */
export class Emulator extends Control implements AsyncDisposable {
  /** Of the API, for example `http://127.0.0.1:18080`. */
  readonly url: string;
  readonly adminUrl: string;
  /** Ends calls in flight without an answer; what was not carried out by then never is. */
  readonly stop: () => Promise<void>;

  constructor(parts: ControlParts, at: Pick<Emulator, 'url' | 'adminUrl' | 'stop'>) {
    super(parts);
    this.url = at.url;
    this.adminUrl = at.adminUrl;
    this.stop = at.stop;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/**
 * Starts the emulator; it answers when the promise settles.
 * @throws RangeError for options that make no sense, naming each; Error for a damaged state file or a taken port
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const {
    listen: address,
    adminListen,
    accessKeys,
    apps = [],
    stateFile,
    now = Date.now,
    ...values
  } = options;
  const switches = defaultSwitches();
  applySwitches(switches, values);
  await using opened = new AsyncDisposableStack();
  const { state, close } = openStore(stateFile);
  opened.defer(close);
  const stopping = new AbortController();
  const keys = accessKeys ?? { [defaultAccessKey.id]: { secret: defaultAccessKey.secret } };
  const parts = {
    state,
    switches,
    accessKeys: new Map(Object.entries(keys)),
    faults: new FaultBook(),
    log: new CallLog(),
    now,
    signal: stopping.signal,
  };
  const control = new Control(parts);
  for (const appId of apps) if (state.app(appId) === undefined) control.addApp(appId);
  const api = await listen(address ?? anyPort, () => apiListener(new Api(parts)));
  opened.defer(api.close);
  const admin = await listen(adminListen ?? anyPort, (host) => adminListener(control, host));
  opened.defer(admin.close);
  opened.defer(() => {
    stopping.abort();
    parts.faults.clear();
  });
  const running = opened.move();
  return new Emulator(parts, { url: api.url, adminUrl: admin.url, stop: () => running.disposeAsync() });
}

const anyPort = '127.0.0.1:0';

/** The state, from the file if there is one, and written to it from then on. */
function openStore(path: string | undefined): { readonly state: CloudState; readonly close: () => void } {
  let journal: Journal | undefined;
  const state = new CloudState((change) => journal?.append(change));
  if (path !== undefined) {
    for (const change of readJournal(path)) state.replay(change);
    journal = new Journal(path, state.snapshot());
  }
  return { state, close: () => journal?.close() };
}
