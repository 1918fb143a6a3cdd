/** The admin port: the emulator's controls as JSON over HTTP. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AccessKey } from './authentication.ts';
import type { CallRecord } from './call-log.ts';
import type { AppStatus } from './cloud-state.ts';
import type { Control, VersionChange } from './control.ts';
import { readBody } from './decoded-call.ts';
import type { Fault } from './fault.ts';
import type { SwitchValues } from './switches.ts';

interface AdminRequest {
  readonly control: Control;
  /** The path's last part where the route has `{id}`. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The JSON body, undefined if there is none. */
  readonly body: unknown;
}

interface Route {
  readonly path: RegExp;
  /** Answers with what becomes the JSON body; undefined is 204. @throws RangeError for a bad request */
  readonly methods: Readonly<Record<string, (request: AdminRequest) => unknown>>;
}

const routes: readonly Route[] = [
  {
    path: /^\/$/,
    methods: {
      GET: () => ({
        paths: ['/calls', '/calls/summary', '/faults', '/switches', '/keys', '/apps', '/versions'],
      }),
    },
  },
  { path: /^\/calls$/, methods: { GET: listCalls, DELETE: ({ control }) => control.clearCalls() } },
  { path: /^\/calls\/summary$/, methods: { GET: ({ control }) => summary(control.calls()) } },
  {
    path: /^\/faults$/,
    methods: {
      GET: ({ control, query }) => (query.has('unused') ? control.unusedFaults() : control.faults()),
      POST: ({ control, body }) => control.setFault(body as Fault),
      DELETE: ({ control }) => control.clearFaults(),
    },
  },
  { path: /^\/faults\/(?<id>[^/]+)$/, methods: { DELETE: ({ control, id }) => control.removeFault(id) } },
  {
    path: /^\/faults\/(?<id>[^/]+)\/release$/,
    methods: { POST: ({ control, id }) => control.releaseFault(id) },
  },
  {
    path: /^\/switches$/,
    methods: {
      GET: ({ control }) => control.switches(),
      PATCH: ({ control, body }) => {
        control.setSwitches(members(body) as SwitchValues);
        return control.switches();
      },
    },
  },
  { path: /^\/keys$/, methods: { GET: ({ control }) => control.accessKeyIds() } },
  {
    path: /^\/keys\/(?<id>[^/]+)$/,
    methods: {
      PUT: ({ control, id, body }) => control.setAccessKey(id, readAccessKey(body)),
      DELETE: ({ control, id }) => control.setAccessKey(id, undefined),
    },
  },
  {
    path: /^\/apps$/,
    methods: {
      GET: ({ control }) => control.apps(),
      POST: ({ control, body }) => control.addApp(String(members(body).appId)),
    },
  },
  {
    path: /^\/apps\/(?<id>[^/]+)$/,
    methods: {
      PATCH: ({ control, id, body }) =>
        control.setAppStatus(
          id,
          readWord(body, 'status', ['creating', 'created', 'failed', 'deleted']) as AppStatus,
        ),
    },
  },
  {
    path: /^\/versions$/,
    methods: { GET: ({ control, query }) => control.versions(query.get('appId') ?? undefined) },
  },
  {
    path: /^\/versions\/(?<id>[^/]+)$/,
    methods: {
      PATCH: ({ control, id, body }) => control.changeVersion(id, readVersionChange(body)),
      DELETE: ({ control, id }) => control.deleteVersion(id),
    },
  },
];

export function adminListener(control: Control): RequestListener {
  return (request, response) => {
    serve(control, request, response).catch((error: Error) => {
      if (error instanceof RangeError) return answer(response, 400, { error: error.message });
      process.stderr.write(`emulator admin: ${error.stack}\n`);
      response.destroy();
    });
  };
}

async function serve(control: Control, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = readJson((await readBody(request)).toString());
  const url = new URL(request.url ?? '/', 'http://admin');
  const route = routes.find(({ path }) => path.test(url.pathname));
  if (route === undefined) return answer(response, 404, { error: `there is no ${url.pathname}; see GET /` });
  const handle = route.methods[request.method ?? ''];
  if (handle === undefined) {
    const allowed = Object.keys(route.methods).join(', ');
    return answer(response, 405, { error: `${url.pathname} takes ${allowed}, not ${request.method}` });
  }
  const id = decodeURIComponent(route.path.exec(url.pathname)?.groups?.id ?? '');
  const result = handle({ control, id, query: url.searchParams, body });
  answer(response, result === undefined ? 204 : 200, result);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : `${JSON.stringify(body, undefined, 2)}\n`);
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

function readAccessKey(body: unknown): AccessKey {
  const { secret, securityToken, expiresAt, disabled, deny, ...rest } = members(body);
  const isTexts = Array.isArray(deny) && deny.every((action) => typeof action === 'string');
  const isGood =
    typeof secret === 'string' &&
    isTextOrAbsent(securityToken) &&
    (expiresAt === undefined || !Number.isNaN(Date.parse(String(expiresAt)))) &&
    (disabled === undefined || typeof disabled === 'boolean') &&
    (deny === undefined || isTexts) &&
    Object.keys(rest).length === 0;
  if (!isGood) {
    throw new RangeError(
      'a key is {"secret": text} and optionally securityToken (text), expiresAt (ISO time), disabled (true or false), deny (list of actions)',
    );
  }
  return body as AccessKey;
}

function readVersionChange(body: unknown): VersionChange {
  const { status, isPublished, ...rest } = members(body);
  const isGood =
    (status === undefined || ['creating', 'created', 'failed'].includes(String(status))) &&
    (isPublished === undefined || typeof isPublished === 'boolean') &&
    Object.keys(rest).length === 0;
  if (!isGood) {
    throw new RangeError(
      'a change of a version has status (creating, created or failed), isPublished (true or false), or both',
    );
  }
  return body as VersionChange;
}

function readWord(body: unknown, name: string, words: readonly string[]): string {
  const value = String(members(body)[name]);
  if (!words.includes(value))
    throw new RangeError(`${name} must be one of ${words.join(', ')}, not ${value}`);
  return value;
}

function members(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) throw new RangeError('the body must be a JSON object');
  return body as Readonly<Record<string, unknown>>;
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** @throws RangeError if it is not JSON */
function readJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RangeError('the body is not JSON', { cause });
  }
}
