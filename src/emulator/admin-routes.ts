/** What the admin port offers: a table of paths, each a few words over `Control`. */
import { members, readAccessKey, readVersionChange, readWord } from './admin-bodies.ts';
import type { CallRecord } from './call-log.ts';
import type { Control } from './control.ts';
import type { Fault } from './fault.ts';
import type { SwitchValues } from './switches.ts';

export interface AdminRequest {
  readonly control: Control;
  /** What stands in the path where the route has `{id}`. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The JSON body, undefined if there is none. */
  readonly body: unknown;
}

/** Answers with what becomes the JSON body; undefined is 204. @throws RangeError for a bad request */
export type Handler = (request: AdminRequest) => unknown;

const appStatuses = ['creating', 'created', 'failed', 'deleted'] as const;

/** Path to method to handler. */
export const adminRoutes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/': { GET: listRoutes },
  '/calls': { GET: listCalls, DELETE: ({ control }) => control.clearCalls() },
  '/calls/summary': { GET: ({ control }) => summary(control.calls()) },
  '/faults': {
    GET: ({ control, query }) => (query.has('unused') ? control.unusedFaults() : control.faults()),
    POST: ({ control, body }) => control.setFault(body as Fault),
    DELETE: ({ control }) => control.clearFaults(),
  },
  '/faults/{id}': { DELETE: ({ control, id }) => control.removeFault(id) },
  '/faults/{id}/release': { POST: ({ control, id }) => control.releaseFault(id) },
  '/switches': {
    GET: ({ control }) => control.switches(),
    PATCH: ({ control, body }) => {
      control.setSwitches(members(body) as SwitchValues);
      return control.switches();
    },
  },
  '/keys': { GET: ({ control }) => control.accessKeyIds() },
  '/keys/{id}': {
    PUT: ({ control, id, body }) => control.setAccessKey(id, readAccessKey(body)),
    DELETE: ({ control, id }) => control.setAccessKey(id, undefined),
  },
  '/apps': {
    GET: ({ control }) => control.apps(),
    POST: ({ control, body }) => control.addApp(String(members(body).appId)),
  },
  '/apps/{id}': {
    PATCH: ({ control, id, body }) => control.setAppStatus(id, readWord(body, 'status', appStatuses)),
  },
  '/versions': { GET: ({ control, query }) => control.versions(query.get('appId') ?? undefined) },
  '/versions/{id}': {
    PATCH: ({ control, id, body }) => control.changeVersion(id, readVersionChange(body)),
    DELETE: ({ control, id }) => control.deleteVersion(id),
  },
};

function listRoutes(): readonly string[] {
  return Object.entries(adminRoutes).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
}

function listCalls({ control, query }: AdminRequest): readonly CallRecord[] {
  const [action, code, after] = [query.get('action'), query.get('code'), query.get('after')];
  return control
    .calls()
    .filter((call) => action === null || call.action === action)
    .filter((call) => code === null || (call.outcome.code ?? '') === code)
    .filter((call) => after === null || call.number > Number(after));
}

/** How often each action ended with each code; `ok` where there was none. */
function summary(calls: readonly CallRecord[]): Record<string, Record<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const { action, outcome } of calls) {
    const byCode = counts.get(action) ?? new Map<string, number>();
    const code = outcome.code ?? (outcome.delivery === 'whole' ? 'ok' : outcome.delivery);
    counts.set(action, byCode.set(code, (byCode.get(code) ?? 0) + 1));
  }
  return Object.fromEntries([...counts].map(([action, byCode]) => [action, Object.fromEntries(byCode)]));
}
