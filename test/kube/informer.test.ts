import { describe, expect, it, onTestFinished } from 'vitest';
import type { Change } from '../../src/api/object-cache.ts';
import type { InformerOptions } from '../../src/kube/informer.ts';
import type { TransportOptions } from '../../src/kube/transport.ts';
import { eventually } from '../support/eventually.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { KubeSession } from './kube-session.ts';
import { type Answer, RawApiServer, refusal } from './raw-api-server.ts';
import {
  added,
  bookmark,
  deleted,
  errorEvent,
  listing,
  modified,
  page,
  stored,
  streamingRefused,
  watch,
} from './watch-script.ts';
import type { Widget } from './widget.ts';

const quiet = watch([]);

/** An informer on a server that gives `answers` one after the other, and time moved by hand. */
async function open(
  answers: Answer[],
  options: Partial<InformerOptions<Widget, Widget>> = {},
  transportOptions: Partial<TransportOptions> = {},
  onChange?: (change: Change<Widget>) => void,
) {
  const server = await RawApiServer.start(...answers);
  const session = new KubeSession(server.kubeConfig(), transportOptions);
  onTestFinished(async () => {
    await session[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const clock = new VirtualClock();
  const { informer, recorder } = session.createInformer({ clock, ...options }, onChange);
  const synced = informer.start();
  synced.catch(() => {});
  /** Lets the delay before the next connection pass. Returns its length in milliseconds. */
  const passBackoff = async (): Promise<number> => {
    await eventually(() => expect(clock.nextDueInMs ?? 1e9).toBeLessThanOrEqual(60_000));
    const delayMs = clock.nextDueInMs ?? 0;
    await clock.advance(delayMs);
    return delayMs;
  };
  const queries = () => server.requests.map(({ query }) => query);
  const names = () => [...informer.cache.values()].map(({ metadata }) => metadata.name).sort();
  return { server, session, clock, informer, recorder, synced, passBackoff, queries, names };
}

describe('the first listing', () => {
  it('is streamed, and counts once its end is marked', async () => {
    const answers = [watch([...listing(9, stored('a', 3), stored('b', 7)), added(stored('c', 10))])];
    const { informer, recorder, synced, queries, names } = await open(answers);
    expect(informer.hasSynced()).toBe(false);
    await synced;
    expect(informer.hasSynced()).toBe(true);
    await recorder.until(() => informer.cache.size === 3);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(recorder.changes.map(({ initial }) => initial)).toEqual([true, true, false]);
    expect(Object.fromEntries(queries()[0] ?? [])).toMatchObject({
      watch: '1',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
    });
    const timeoutSeconds = Number(queries()[0]?.get('timeoutSeconds'));
    expect(timeoutSeconds).toBeGreaterThanOrEqual(300);
    expect(timeoutSeconds).toBeLessThan(600);
  });

  it('takes in changes that come between its events', async () => {
    const events = [added(stored('a', 3)), added(stored('b', 4)), modified(stored('a', 5))];
    const { informer, synced, names } = await open([
      watch([...events, deleted(stored('b', 6)), ...listing(9)]),
    ]);
    await synced;
    expect(names()).toEqual(['a']);
    expect(informer.cache.get('default/a')?.spec.size).toBe(5);
  });

  it('comes in pages from a server that does not stream it, then and ever after', async () => {
    const pages = [page(9, [stored('a', 3)], 'next'), page(9, [stored('b', 7)])];
    const expired = watch([errorEvent(410, 'Expired')]);
    const answers = [streamingRefused, ...pages, expired, page(20, [stored('b', 7)]), quiet];
    const { informer, server, synced, passBackoff, queries, names } = await open(answers);
    await passBackoff();
    await synced;
    expect(names()).toEqual(['a', 'b']);
    expect(informer.cache.get('default/a')).toEqual(stored('a', 3));
    expect(queries()[1]?.get('limit')).toBe('500');
    expect(queries()[2]?.get('continue')).toBe('next');
    await server.received(6);
    expect(queries().map((query) => query.get('sendInitialEvents'))).toEqual([
      'true',
      ...Array(5).fill(null),
    ]);
    expect(queries()[3]?.get('resourceVersion')).toBe('9');
    expect(names()).toEqual(['b']);
  });

  it('begins again when the token for the next page expires', async () => {
    const answers = [
      streamingRefused,
      page(9, [stored('a', 3)], 'next'),
      refusal(410, 'Expired'),
      page(12, [stored('b', 7)], 'second'),
      page(12, [stored('c', 11)]),
      quiet,
    ];
    const { synced, passBackoff, queries, names } = await open(answers);
    await passBackoff();
    await synced;
    expect(names()).toEqual(['b', 'c']);
    expect(queries()[3]?.has('continue')).toBe(false);
  });

  it('comes in pages for once when its stream ends before it is complete', async () => {
    const half = watch([added(stored('a', 3))], 'end');
    const expired = watch([errorEvent(410, 'Expired')]);
    const answers = [half, page(9, [stored('a', 3)]), expired, watch(listing(12, stored('b', 11)))];
    const { server, recorder, informer, synced, passBackoff, queries } = await open(answers);
    await passBackoff();
    await synced;
    await server.received(4);
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
    expect(queries().map((query) => query.get('sendInitialEvents'))).toEqual(['true', null, null, 'true']);
  });

  it('waits for a resource that is not served yet, and says so', async () => {
    const missing = refusal(404, 'NotFound');
    const { session, synced, passBackoff } = await open([missing, missing, watch(listing(9))]);
    await passBackoff();
    expect(await passBackoff()).toBeLessThanOrEqual(5000);
    await synced;
    expect(session.log.messages('info').slice(0, 2)).toEqual(
      Array(2).fill('Resource not served, waiting for its CRD'),
    );
    expect(session.log.messages('warn')).toEqual([]);
  });

  it('warns when a resource is still not served after half a minute, without a stack', async () => {
    const { session, clock, server } = await open([refusal(404, 'NotFound')]);
    await server.received(1);
    await eventually(async () => {
      await clock.advance(5_000);
      expect(session.log.messages('warn')).toContain('Resource not served, waiting for its CRD');
    });
    const fields = session.log.lines.find(({ level }) => level === 'warn')?.fields;
    expect(fields).toMatchObject({ error: expect.stringContaining('404 NotFound') });
  });

  it.each([
    ['25', 25_000],
    ['900000000', 30_000],
  ])('waits as long as a busy server asks, %s s, but no longer than 30 s', async (seconds, ms) => {
    const busy = refusal(429, 'TooManyRequests', { 'retry-after': seconds });
    const { synced, passBackoff, queries, session } = await open([busy, watch(listing(9))]);
    expect(await passBackoff()).toBe(ms);
    await synced;
    expect(session.log.lines.filter(({ fields }) => 'error' in fields)).toEqual([]);
    expect(queries()[1]?.get('sendInitialEvents')).toBe('true');
  });

  it('is made once, however often the informer is started', async () => {
    const { server, informer, synced } = await open([watch(listing(9))]);
    await Promise.all([synced, informer.start(), informer.start()]);
    expect(server.requests).toHaveLength(1);
  });

  it('is never made when the informer is stopped before it is started', async () => {
    const { session } = await open([quiet]);
    const { informer } = session.createInformer();
    informer.stop();
    await expect(informer.start()).rejects.toMatchObject({ code: 'Aborted' });
    expect(informer.stats.watches).toBe(0);
  });

  it('is given up when the informer is stopped', async () => {
    const { server, informer, synced } = await open([quiet]);
    await server.received(1);
    informer.stop();
    await expect(synced).rejects.toMatchObject({ code: 'Aborted' });
  });
});

describe('what was heard from the watch', () => {
  const stuckRefusal: Answer = (response) =>
    void response.writeHead(503, { 'content-length': 500 }).write('{"kind":"Sta');

  it('is nothing before the first listing is complete', async () => {
    const { informer, server } = await open([watch([added(stored('a', 3))])]);
    await server.received(1);
    expect(informer.isWatching()).toBe(false);
  });

  it('ages while watches are refused, and counts again with the next event', async () => {
    const answers = [watch(listing(9), 'end'), ...Array(20).fill(stuckRefusal)];
    const { informer, clock, server, synced, session } = await open(answers, {}, { openTimeoutMs: 1_000 });
    await synced;
    expect(informer.isWatching()).toBe(true);
    await server.received(2);
    await eventually(() => expect(session.log.messages('warn').length).toBeGreaterThan(0));
    await clock.advance(130_001);
    expect(informer.isWatching()).toBe(false);
    expect(informer.hasSynced()).toBe(true);
    server.answerWith(watch([bookmark(12)]));
    await eventually(async () => {
      await clock.advance(30_000);
      expect(informer.isWatching()).toBe(true);
    });
  });

  it('is not the end of watches that end as soon as they are open', async () => {
    const { informer, clock, server } = await open([watch(listing(9), 'end'), watch([], 'end')]);
    await server.received(2);
    await eventually(async () => {
      await clock.advance(20_000);
      expect(informer.isWatching()).toBe(false);
    });
  });
});

describe('a watch', () => {
  const first = listing(9, stored('a', 3));

  it.each([
    ['an event', [added(stored('b', 10)), modified(stored('b', 12))], '12'],
    ['a bookmark', [bookmark(15)], '15'],
    ['the listing', [], '9'],
  ])('goes on at once from %s when the server ends it', async (_, events, version) => {
    const { server, informer, queries } = await open([watch([...first, ...events], 'end'), quiet]);
    await server.received(2);
    expect(queries()[1]?.get('resourceVersion')).toBe(version);
    expect(queries()[1]?.has('sendInitialEvents')).toBe(false);
    expect(informer.stats).toMatchObject({ watches: 2, listings: 1, corruptStreams: 0 });
  });

  it('goes on from its last whole event when the connection breaks inside the next', async () => {
    const half = JSON.stringify(modified(stored('b', 12))).slice(0, 50);
    const broken = watch([...first, added(stored('b', 10)), half], 'break');
    const { server, passBackoff, queries } = await open([broken, quiet]);
    await passBackoff();
    await server.received(2);
    expect(queries()[1]?.get('resourceVersion')).toBe('10');
  });

  it('does not take a line for whole that the end of the stream cut', async () => {
    const cut = watch([...first, JSON.stringify(added(stored('b', 10)))], 'end');
    const { server, informer, passBackoff, queries } = await open([cut, quiet]);
    await passBackoff();
    await server.received(2);
    expect(queries()[1]?.get('resourceVersion')).toBe('9');
    expect(informer.cache.size).toBe(1);
  });

  it('slows down when the server ends every watch as soon as it is open', async () => {
    const { server, passBackoff } = await open([watch(first, 'end'), watch([], 'end')]);
    await passBackoff();
    const requests = server.requests.length;
    expect(requests).toBeLessThan(20);
    expect(await passBackoff()).toBeGreaterThanOrEqual(400);
  });

  it.each<[string, Answer]>([
    ['an ERROR event', watch([errorEvent(410, 'Expired')])],
    ['a refusal', refusal(410, 'Expired')],
  ])('lists anew, at once, when %s says that its version is too old', async (_, expired) => {
    const again = watch(listing(30, stored('b', 20)));
    const { recorder, informer } = await open([watch(first, 'end'), expired, again]);
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
    expect(recorder.summary).toEqual(['+default/a', '-default/a', '+default/b']);
  });

  it('is not tried for ever from a version that the server answers with 500', async () => {
    const [failing, again] = [refusal(500, 'InternalError'), watch(listing(30, stored('b', 20)))];
    const answers = [watch(first, 'end'), failing, failing, failing, again];
    const { server, recorder, informer, passBackoff } = await open(answers);
    for (let count = 0; count < 3; count += 1) await passBackoff();
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
    expect(informer.stats.listings).toBe(2);
    expect(server.requests.slice(1, 4).map(({ query }) => query.has('resourceVersion'))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    [400, 'BadRequest'],
    [414, 'URITooLong'],
    [431, 'HeaderFieldsTooLarge'],
  ])('is not tried for ever from a version that the server refuses with %i', async (status, reason) => {
    const again = watch(listing(30, stored('b', 20)));
    const { recorder, informer, passBackoff } = await open([
      watch(first, 'end'),
      refusal(status, reason),
      again,
    ]);
    await passBackoff();
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
    expect(informer.stats.listings).toBe(2);
  });

  it.each<[string, object | string]>([
    ['bytes that are no JSON', '{"type":"ADDED","obj\u0000\n'],
    ['half an event with a line break', '{"type":"ADDED",\n'],
    ['an event without an object', { type: 'ADDED' }],
    [
      'an object without a resource version',
      { type: 'ADDED', object: { metadata: { name: 'x', uid: 'y' } } },
    ],
    ['an unknown type', { type: 'RENAMED', object: stored('b', 11) }],
    ['nothing at all', 'null\n'],
    ['an object whose name is no text', { type: 'ADDED', object: { metadata: { name: {}, uid: 1 } } }],
    [
      'a bookmark whose version is no text',
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: 7 } } },
    ],
  ])('is dropped and everything listed anew after %s', async (_, garbage) => {
    const bad = watch([...first, added(stored('b', 10)), garbage, added(stored('never', 12))]);
    const again = watch(listing(30, stored('b', 10), stored('c', 20)));
    const { recorder, informer, session, passBackoff, names } = await open([bad, again]);
    await passBackoff();
    await recorder.until(() => informer.cache.get('default/c') !== undefined);
    expect(names()).toEqual(['b', 'c']);
    expect(recorder.summary).not.toContain('+default/never');
    expect(informer.stats.corruptStreams).toBe(1);
    expect(session.log.messages('warn')).toEqual(['Watch failed, connecting again']);
  });

  it.each<[string, object | string]>([
    ['a line without end', 'x'.repeat(9 * 1024 * 1024)],
    ['an event that is too deep', `{"type":"ADDED","object":${'['.repeat(60_000)}${']'.repeat(60_000)}}\n`],
  ])('is dropped and everything listed in pages after %s', async (_, unreadable) => {
    const pages = [page(30, [stored('b', 10)], 'next'), page(30, [stored('c', 20)])];
    const { recorder, informer, passBackoff, names } = await open([
      watch([...first, unreadable]),
      ...pages,
      watch([added(stored('d', 31))]),
    ]);
    await passBackoff();
    await recorder.until(() => informer.cache.get('default/d') !== undefined);
    expect(names()).toEqual(['b', 'c', 'd']);
  });

  it('is dropped and everything listed anew after an ERROR event of another kind', async () => {
    const failed = watch([...first, errorEvent(500, 'InternalError')]);
    const { recorder, informer, passBackoff } = await open([failed, watch(listing(30, stored('b', 20)))]);
    expect(await passBackoff()).toBeGreaterThan(0);
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
  });

  it('is dropped when it is silent for too long after a bookmark', async () => {
    const answers = [watch(first), quiet];
    const { server, clock, synced, passBackoff, queries } = await open(answers, { inactivityMs: 100_000 });
    await synced;
    await clock.advance(99_000);
    expect(server.requests).toHaveLength(1);
    await clock.advance(1_000);
    await passBackoff();
    await server.received(2);
    expect(queries()[1]?.get('resourceVersion')).toBe('9');
  });

  it('may not be silent from its beginning when an earlier one sent bookmarks', async () => {
    const answers = [watch(first, 'end'), quiet];
    const { server, clock, passBackoff, queries } = await open(answers, { inactivityMs: 100_000 });
    await server.received(2);
    await eventually(() => expect(clock.sleeping).toBe(1));
    await clock.advance(100_000);
    await passBackoff();
    await server.received(3);
    expect(queries()[2]?.get('resourceVersion')).toBe('9');
  });

  it('may be silent until the server should have ended it where it never sent a bookmark', async () => {
    const answers = [streamingRefused, page(9, []), quiet];
    const { server, clock, passBackoff, informer } = await open(answers, { inactivityMs: 100_000 });
    await passBackoff();
    await server.received(3);
    await eventually(() => expect(clock.sleeping).toBe(1));
    await clock.advance(629_000);
    expect(server.requests).toHaveLength(3);
    expect(informer.isWatching()).toBe(true);
    await clock.advance(2_000);
    expect(informer.isWatching()).toBe(false);
    await clock.advance(30_000);
    await server.received(4);
  });

  it('is dropped when its listing goes on for longer than any watch, and comes in pages then', async () => {
    const endless: Answer = (response) => void response.writeHead(200).flushHeaders();
    const { server, clock, passBackoff, names } = await open([endless, page(9, [stored('a', 3)]), quiet], {
      inactivityMs: 1e9,
    });
    await server.received(1);
    await eventually(() => expect(clock.sleeping).toBe(1));
    await clock.advance(630_000);
    await passBackoff();
    await server.received(3);
    await eventually(() => expect(names()).toEqual(['a']));
  });

  it('reads events that arrive byte by byte', async () => {
    const event = Buffer.from(`${JSON.stringify(added(stored('b', 10, { note: 'größe 尺寸 📦' })))}\n`);
    const bytewise: Answer = (response, request) => {
      watch(first)(response, request);
      const send = (index: number): void => {
        if (index < event.length) response.write(event.subarray(index, index + 1), () => send(index + 1));
      };
      send(0);
    };
    const { recorder, informer } = await open([bytewise]);
    await recorder.until(() => informer.cache.size === 2);
    expect(informer.cache.get('default/b')?.spec.note).toBe('größe 尺寸 📦');
  });

  it('goes on when a listener throws, and tells the others', async () => {
    const told: string[] = [];
    const answer = watch([...first, added(stored('b', 10))]);
    const { informer, session, recorder } = await open([answer], {}, {}, ({ key }) => {
      told.push(key);
      throw new Error('handler');
    });
    await recorder.until(() => recorder.changes.length === 2);
    expect(told).toEqual(['default/a', 'default/b']);
    expect(recorder.summary).toEqual(['+default/a', '+default/b']);
    expect(informer.stats.handlerErrors).toBe(2);
    expect(session.log.messages('error')).toContain('Change handler failed');
  });

  it('leaves an object out that cannot be used, loudly, and goes on with the others', async () => {
    const events = [...first, modified(stored('a', 10, { note: 'bad' })), added(stored('b', 11))];
    const { recorder, informer, session, names } = await open([watch(events)], {
      toCached: (widget) => {
        if (widget.spec.note === 'bad') throw new Error('unusable');
        return widget;
      },
    });
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
    expect(names()).toEqual(['b']);
    expect(recorder.summary).toEqual(['+default/a', '-default/a', '+default/b']);
    expect(informer.stats.unusableObjects).toBe(1);
    expect(session.log.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
      key: 'default/a',
    });
  });

  const harm = {
    toCached: (widget: Widget) => {
      if (widget.spec.note === 'toCached') throw new Error('unusable');
      return widget;
    },
    // As real ones do, it reads members that a stored object may lack.
    indexes: { color: (widget: Widget) => widget.spec.color },
  };
  const failing = (change: Change<Widget>) => {
    if (change.new?.spec.note === 'onChange') throw new Error('handler');
  };
  const withoutSpec = { ...stored('bad', 10), spec: undefined } as unknown as Widget;

  it.each([
    ['that has no spec', withoutSpec],
    ['that toCached cannot take', stored('bad', 10, { note: 'toCached' })],
    ['whose handler fails', stored('bad', 10, { note: 'onChange' })],
  ])('an object %s harms no other, in a listing, a page or an event', async (_, bad) => {
    const streamed = watch([...listing(11, stored('a', 3), bad, stored('b', 4)), modified(bad)], 'end');
    const events = watch([modified({ ...bad, metadata: { ...bad.metadata, resourceVersion: '13' } }), 'x\n']);
    const answers = [streamed, events, refusal(500, 'InternalError')];
    const paged = [page(20, [stored('a', 3), bad], 'next'), page(20, [stored('c', 15)])];
    const { informer, passBackoff, names } = await open(
      [...answers, ...paged, watch([added(stored('d', 21))])],
      harm,
      {},
      failing,
    );
    await passBackoff();
    await passBackoff();
    await eventually(() => expect(informer.cache.get('default/d')).toBeDefined());
    expect(names().filter((name) => name !== 'bad')).toEqual(['a', 'c', 'd']);
    expect(informer.stats).toMatchObject({ listings: 2, corruptStreams: 1 });
  });

  it('ignores news that is old, and tells a re-created object as one change', async () => {
    const reborn = stored('a', 20, { uid: 'another' });
    const late = [modified(stored('a', 5)), deleted(stored('a', 12)), modified(stored('a', 3))];
    const { recorder, informer } = await open([
      watch([...first, added(reborn), ...late, added(stored('b', 21))]),
    ]);
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
    expect(recorder.summary).toEqual(['+default/a', '~default/a', '+default/b']);
    expect(informer.cache.get('default/a')).toEqual(reborn);
  });

  it('tells nothing any more once it is stopped, and lets its connection go', async () => {
    let closed = Promise.withResolvers<void>();
    const open_: Answer = (response, request) => {
      closed = Promise.withResolvers<void>();
      response.on('close', () => closed.resolve());
      watch(first)(response, request);
    };
    const { server, informer, synced } = await open([open_]);
    await synced;
    informer.stop();
    await closed.promise;
    expect(server.requests).toHaveLength(1);
  });

  it('keeps no managed fields', async () => {
    const object = stored('b', 10);
    const managed = { ...object, metadata: { ...object.metadata, managedFields: [{ manager: 'kubectl' }] } };
    const { recorder, informer } = await open([watch([...first, added(managed)])]);
    await recorder.until(() => informer.cache.get('default/b') !== undefined);
    expect(informer.cache.get('default/b')).toEqual(object);
  });
});
