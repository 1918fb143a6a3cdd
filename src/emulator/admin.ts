/** The admin port: the emulator's controls as JSON over HTTP. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readJson } from './admin-bodies.ts';
import { adminRoutes, type Handler } from './admin-routes.ts';
import type { Control } from './control.ts';
import { readBody } from './decoded-call.ts';

interface Route {
  /** Its group `id` is what stands for `{id}`. */
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

const routes: readonly Route[] = Object.entries(adminRoutes).map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replace('{id}', '(?<id>[^/]+)')}$`),
  methods,
}));

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
  const route = routes.find(({ pattern }) => pattern.test(url.pathname));
  if (route === undefined) return answer(response, 404, { error: `there is no ${url.pathname}; see GET /` });
  const handle = route.methods[request.method ?? ''];
  if (handle === undefined) {
    const allowed = Object.keys(route.methods).join(', ');
    return answer(response, 405, { error: `${url.pathname} takes ${allowed}, not ${request.method}` });
  }
  const id = decodeURIComponent(route.pattern.exec(url.pathname)?.groups?.id ?? '');
  const result = handle({ control, id, query: url.searchParams, body });
  answer(response, result === undefined ? 204 : 200, result);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : `${JSON.stringify(body, undefined, 2)}\n`);
}
