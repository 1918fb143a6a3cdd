/** The look-ups of each app, so that many who ask about one app share them. */

import { AppLookups } from './app-lookups.ts';
import type { EsaApi } from './esa-api.ts';

/** Those that nobody uses are kept up to this number, as they know how large their app is. */
const mostKept = 256;

export class LookupsByApp {
  /** A credential that changes brings an API object, and look-ups, of its own. */
  readonly #byApi = new WeakMap<EsaApi, Map<string, AppLookups>>();

  of(api: EsaApi, appId: string): AppLookups {
    const byApp = this.#byApi.get(api) ?? new Map<string, AppLookups>();
    this.#byApi.set(api, byApp);
    const lookups = byApp.get(appId) ?? new AppLookups(api, appId);
    // The one that was asked last comes last.
    byApp.delete(appId);
    byApp.set(appId, lookups);
    forgetIdle(byApp);
    return lookups;
  }

  /** How many apps are kept for this credential. */
  sizeFor(api: EsaApi): number {
    return this.#byApi.get(api)?.size ?? 0;
  }
}

function forgetIdle(byApp: Map<string, AppLookups>): void {
  const idle = byApp.size > mostKept ? [...byApp].slice(0, -1).filter(([, lookups]) => lookups.isIdle) : [];
  for (const [appId] of idle.slice(0, byApp.size - mostKept)) byApp.delete(appId);
}
