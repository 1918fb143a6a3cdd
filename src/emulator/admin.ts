/** The admin port: the emulator's controls as JSON over HTTP. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readJson } from './admin-bodies.ts';
import { adminRoutes, type Handler } from './admin-routes.ts';
import type { Control } from './control.ts';
import { readBody, splitTarget } from './decoded-call.ts';
import { refuse } from './refuse.ts';
import { crossOriginRefusal } from './same-origin.ts';

interface Route {
  /** Its group `id` is what stands for `{id}`. */
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

const routes: readonly Route[] = Object.entries(adminRoutes).map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replace('{id}', '(?<id>[^/]+)')}$`),
  methods,
}));

/** @param host the host of the address that it listens on */
export function adminListener(control: Control, host: string): RequestListener {
  return (request, response) => {
    serve(control, host, request)
      .catch((error: unknown) => {
        if (error instanceof RangeError) return refusal(400, error.message);
        throw error;
      })
      .then((reply) => answer(response, reply))
      .catch((error: Error) => refuse(request, response, error));
  };
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

async function serve(control: Control, host: string, request: IncomingMessage): Promise<Reply> {
  const text = (await readBody(request)).toString();
  const crossOrigin = crossOriginRefusal(request.headers, host);
  if (crossOrigin !== undefined) return refusal(403, crossOrigin);
  const body = readJson(text);
  const [path, query] = splitTarget(request);
  const route = routes.find(({ pattern }) => pattern.test(path));
  if (route === undefined) return refusal(404, `there is no ${path}; see GET /`);
  const handle = route.methods[request.method ?? ''];
  if (handle === undefined) {
    const allowed = Object.keys(route.methods).join(', ');
    return refusal(405, `${path} takes ${allowed}, not ${request.method}`);
  }
  const id = decodeId(route.pattern.exec(path)?.groups?.id ?? '');
  const result = handle({ control, id, query: new URLSearchParams(query), body });
  return { status: result === undefined ? 204 : 200, body: result };
}

function refusal(status: number, error: string): Reply {
  return { status, body: { error } };
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new RangeError(`${text} is not percent-encoded`, { cause });
  }
}

function answer(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : `${JSON.stringify(body, undefined, 2)}\n`);
}
