/** What only an API server can answer, to a watch or a list. */
import type { Payload } from './hostile-proxy.ts';
import { chunk, deep, flood, head, whole } from './payloads.ts';

const json = 'Content-Type: application/json\r\n';
const stream = head(200, `${json}Transfer-Encoding: chunked\r\n`);
const line = (type: unknown, object?: unknown) => `${JSON.stringify({ type, object })}\n`;
const object = (fields: object, metadata: object = {}) => ({
  ...{ apiVersion: 'esa.alibabacloud.com/v1alpha1', kind: 'EdgeAppVersion' },
  metadata: { name: 'ghost', namespace: 'nowhere', uid: 'u', resourceVersion: '1', ...metadata },
  ...fields,
});
const bookmark = (annotations?: object) => line('BOOKMARK', object({}, { annotations }));

/** These lines, and then the end in order. */
const lines =
  (...texts: readonly string[]): Payload =>
  (peer) =>
    peer.send(`${stream}${texts.map(chunk).join('')}0\r\n\r\n`);

export const watchPayloads: Readonly<Record<string, Payload>> = {
  'a line without end': flood(stream, chunk('x'.repeat(2 ** 16))),
  'a text without end in a line': flood(`${stream}${chunk('{"type":"')}`, chunk('x'.repeat(2 ** 16))),
  'a million empty lines': flood(stream, chunk('\n'.repeat(10_000)), 100),
  'a hundred thousand bookmarks': flood(stream, chunk(bookmark().repeat(1_000)), 100),
  'lines that are no JSON': lines('hello\n', '{\n'),
  'a line of depth 60,000': lines(`{"type":"ADDED","object":${deep(60_000)}}\n`),
  'null for an event': lines('null\n'),
  'an event without an object': lines(line('ADDED')),
  'an event of no type': lines(line(undefined, object({}))),
  'an event of a type nobody knows': lines(line('RENAMED', object({}))),
  'an event without metadata': lines(line('ADDED', { kind: 'EdgeAppVersion' })),
  'an event without spec': lines(
    line('ADDED', object({})),
    line('MODIFIED', object({})),
    line('DELETED', object({})),
  ),
  'an event with null for spec and status': lines(line('ADDED', object({ spec: null, status: null }))),
  'an event with lists for everything': lines(
    line('ADDED', object({ spec: [], status: [] }, { labels: [], annotations: [], finalizers: {} })),
  ),
  'a bookmark without a version': lines(line('BOOKMARK', object({}, { resourceVersion: undefined }))),
  'an error without a status': lines(line('ERROR')),
  'an error of a megabyte': lines(line('ERROR', { kind: 'Status', code: 500, message: '?'.repeat(2 ** 20) })),
  'a version that is gone': lines(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })),
  'a list for a watch': whole(JSON.stringify({ kind: 'List', metadata: {}, items: [] })),
  'a wait of 900,000,000 seconds': whole('{}', 503, `${json}Retry-After: 900000000\r\n`),
};

/** What an open watch says before it is silent. */
export const silentWatches: Readonly<Record<string, string>> = {
  nothing: stream,
  'half a chunk': `${stream}ff\r\n{"type":`,
  'half a line': stream + chunk('{"type":"ADDED","object":{'),
  'bookmarks only': stream + chunk(bookmark()).repeat(100),
};

/** After which the server refuses several watches before the operator lists again. */
export const versionPayloads: Readonly<Record<string, Payload>> = {
  'an event with a version beyond all': lines(
    line('ADDED', object({ spec: {} }, { resourceVersion: '9'.repeat(30) })),
  ),
  'a bookmark beyond all': lines(line('BOOKMARK', object({}, { resourceVersion: '9'.repeat(18) }))),
};

/** To every page of a list that is read in pages. */
export const endlessPages: Readonly<Record<string, Payload>> = {
  'pages that go on for ever': (peer, count) =>
    whole(JSON.stringify({ metadata: { resourceVersion: '1', continue: `token-${count}` }, items: [] }))(
      peer,
      count,
    ),
  'items without sense': whole(
    JSON.stringify({ metadata: { resourceVersion: '1' }, items: [null, 1, [], {}, { metadata: null }] }),
  ),
};
