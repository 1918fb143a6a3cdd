import { describe, expect, it, onTestFinished } from 'vitest';
import type { KubeError } from '../../src/kube/kube-error.ts';
import { listPages } from '../../src/kube/list-pages.ts';
import { KubeSession } from './kube-session.ts';
import { type Answer, json, RawApiServer, type ReceivedRequest } from './raw-api-server.ts';
import { page, stored } from './watch-script.ts';
import { type Widget, widgetsPath } from './widget.ts';

const megabyte = 'x'.repeat(1_000_000);

async function open(...answers: Answer[]) {
  const server = await RawApiServer.start(...answers);
  const session = new KubeSession(server.kubeConfig());
  onTestFinished(async () => {
    await session[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const leftOut: (string | undefined)[] = [];
  const names: string[] = [];
  const list = async (limits: { maxPages?: number | undefined } = {}): Promise<string[]> => {
    const signal = new AbortController().signal;
    const onLeftOut = (_: KubeError, key: string | undefined): void => void leftOut.push(key);
    const { maxPages } = limits;
    const pages = listPages({
      transport: session.transport,
      path: widgetsPath,
      signal,
      onLeftOut,
      ...(maxPages && { maxPages }),
    });
    for await (const { items } of pages) names.push(...items.map((item) => (item as Widget).metadata.name));
    return names;
  };
  const limits = () => server.requests.map(({ query }) => Number(query.get('limit')));
  return { server, list, leftOut, limits };
}

/** A server with these widgets, which gives as many at a time as it is asked for. */
function serverOf(widgets: readonly Widget[]): Answer {
  return (response, request) => {
    const limit = Number(request.query.get('limit'));
    const start = Number(request.query.get('continue') ?? 0);
    const end = start + limit;
    const isNamesOnly = request.headers.accept?.includes('PartialObjectMetadataList') ?? false;
    const items = widgets.slice(start, end).map((widget) => (isNamesOnly ? { ...widget, spec: {} } : widget));
    const answer = page(9, items as Widget[], end < widgets.length ? String(end) : undefined);
    answer(response, request as ReceivedRequest);
  };
}

const small = (count: number): Widget[] =>
  Array.from({ length: count }, (_, index) => stored(`w${index}`, index + 1));
const named = (name: string, note: string): Widget => stored(name, 5, { note });
const namesOf = (widgets: readonly Widget[]) => widgets.map(({ metadata }) => metadata.name);

describe('a listing', () => {
  it('goes through all pages', async () => {
    const widgets = small(1100);
    const { list, limits } = await open(serverOf(widgets));
    expect(await list()).toEqual(namesOf(widgets));
    expect(limits()).toEqual([500, 500, 500]);
  });

  it('halves a page that is too large until it can be read, and tries larger ones again', async () => {
    const large = Array.from({ length: 12 }, (_, index) => named(`large${index}`, megabyte));
    const widgets = [...large, ...small(40)];
    const { list, limits, leftOut } = await open(serverOf(widgets));
    expect(await list()).toEqual(namesOf(widgets));
    expect(limits().slice(0, 8)).toEqual([500, 250, 125, 62, 31, 15, 7, 7]);
    expect(leftOut).toEqual([]);
  });

  it.each([
    ['too large', megabyte.repeat(9)],
    ['too deep', JSON.parse('['.repeat(1000) + ']'.repeat(1000))],
  ])('leaves one object out that is %s, by its name, and has all others', async (_, note) => {
    const widgets = [...small(3), named('giant', note), named('last', '')];
    const { list, leftOut } = await open(serverOf(widgets));
    expect(await list()).toEqual(['w0', 'w1', 'w2', 'last']);
    expect(leftOut).toEqual(['default/giant']);
  });

  it('ends when the server gives a continue token twice', async () => {
    const { list, server } = await open(
      page(9, small(1), 'a'),
      page(9, small(1), 'b'),
      page(9, small(1), 'a'),
    );
    await expect(list()).rejects.toMatchObject({ code: 'ListingTooLong' });
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    ['objects', 20_000, undefined, 16],
    ['pages', 0, 20, 20],
  ])('ends at a limit when the server always has more %s', async (_, perPage, maxPages, requests) => {
    let token = 0;
    const items = Array.from({ length: perPage }, () => ({ metadata: {} }));
    const { list, server } = await open((...call) => {
      const metadata = { resourceVersion: '9', continue: String(token++) };
      json(200, { metadata, items })(...call);
    });
    await expect(list({ maxPages })).rejects.toMatchObject({ code: 'ListingTooLong' });
    expect(server.requests).toHaveLength(requests);
  });

  it.each<[string, object | null]>([
    ['nothing', null],
    ['a list', []],
    ['no metadata', { items: [] }],
    ['a version that is no text', { metadata: { resourceVersion: 9 }, items: [] }],
    ['items that are no list', { metadata: { resourceVersion: '9' }, items: { a: 1 } }],
    ['a token that is no text', { metadata: { resourceVersion: '9', continue: {} }, items: [] }],
    ['a token of a megabyte', { metadata: { resourceVersion: '9', continue: megabyte }, items: [] }],
  ])('refuses %s as no list', async (_, body) => {
    const { list } = await open(json(200, body as object));
    await expect(list()).rejects.toMatchObject({ code: 'InvalidResponse' });
  });
});
