/** Builders for what a scripted API server sends about widgets. */
import { type Answer, json, refusal } from './raw-api-server.ts';
import type { Widget } from './widget.ts';

/** A widget as the server would send it, at resource version `version`. */
export function stored(
  name: string,
  version: number,
  overrides: { uid?: string; note?: string } = {},
): Widget {
  const { uid = `uid-of-${name}`, note } = overrides;
  return {
    apiVersion: 'test.example.com/v1',
    kind: 'Widget',
    metadata: { name, namespace: 'default', uid, resourceVersion: String(version) },
    spec: { size: version, ...(note !== undefined && { note }) },
  };
}

export const added = (widget: Widget) => ({ type: 'ADDED', object: widget });
export const modified = (widget: Widget) => ({ type: 'MODIFIED', object: widget });
export const deleted = (widget: Widget) => ({ type: 'DELETED', object: widget });

export function bookmark(version: number, annotations: object = {}) {
  return {
    type: 'BOOKMARK',
    object: { kind: 'Widget', metadata: { resourceVersion: String(version), annotations } },
  };
}

export function errorEvent(code: number, reason: string) {
  return { type: 'ERROR', object: { kind: 'Status', code, reason, message: `refused: ${reason}` } };
}

/** The events of a streamed listing that is complete at `version`. */
export function listing(version: number, ...widgets: Widget[]) {
  return [...widgets.map(added), bookmark(version, { 'k8s.io/initial-events-end': 'true' })];
}

/** A watch that sends these events (text goes out as it is) and then stays open, ends in order, or breaks. */
export function watch(events: readonly (object | string)[], then: 'open' | 'end' | 'break' = 'open'): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const content = events.map((event) => (typeof event === 'string' ? event : `${JSON.stringify(event)}\n`));
    response.write(content.join(''), () => {
      if (then === 'end') response.end();
      else if (then === 'break') response.destroy();
    });
  };
}

/** One page of a listing; items come without kind, as from the API server. */
export function page(version: number, widgets: Widget[], token?: string): Answer {
  const items = widgets.map(({ apiVersion: _, kind: __, ...item }) => item);
  const metadata = { resourceVersion: String(version), ...(token && { continue: token }) };
  return json(200, { kind: 'WidgetList', metadata, items });
}

export const streamingRefused = refusal(422, 'Invalid');
