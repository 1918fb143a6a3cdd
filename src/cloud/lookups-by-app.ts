/** The lookups of each app with one credential, so that many who ask about one app share them. */

import { AppLookups } from './app-lookups.ts';
import type { Send } from './call.ts';

/** Those that nobody uses are kept up to this number, as they know how large their app is. */
const mostKept = 256;

export class LookupsByApp {
  readonly #send: Send;
  readonly #byApp = new Map<string, AppLookups>();

  constructor(send: Send) {
    this.#send = send;
  }

  of(appId: string): AppLookups {
    const lookups = this.#byApp.get(appId) ?? new AppLookups(this.#send, appId);
    // The one that was asked last comes last.
    this.#byApp.delete(appId);
    this.#byApp.set(appId, lookups);
    forgetIdle(this.#byApp);
    return lookups;
  }

  /** How many apps are kept. */
  get size(): number {
    return this.#byApp.size;
  }
}

function forgetIdle(byApp: Map<string, AppLookups>): void {
  const idle = byApp.size > mostKept ? [...byApp].slice(0, -1).filter(([, lookups]) => lookups.isIdle) : [];
  for (const [appId] of idle.slice(0, byApp.size - mostKept)) byApp.delete(appId);
}
