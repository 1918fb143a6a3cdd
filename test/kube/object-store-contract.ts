/** What every ObjectClient with its ObjectCache must do, whether behind it is an API server or memory. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectCache } from '../../src/api/object-cache.ts';
import type { ObjectClient } from '../../src/api/object-client.ts';
import type { ChangeRecorder } from './change-recorder.ts';
import type { Widget } from './widget.ts';

/** Widgets in namespace `default`, indexed by color, whose status `phase` is refused beyond 20 characters. */
export interface StoreUnderTest {
  readonly client: ObjectClient<Widget>;
  readonly cache: ObjectCache<Widget>;
  readonly recorder: ChangeRecorder<Widget>;
  create(name: string, spec?: Partial<Widget['spec']>, finalizers?: string[]): Promise<Widget>;
  update(name: string, spec: Partial<Widget['spec']>): Promise<Widget>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

const finalizer = 'test.example.com/hold';
let lastName = 0;

/** Registers the contract's tests for the store that `open` gives. */
export function describeObjectStore(title: string, open: () => Promise<StoreUnderTest>): void {
  let store: StoreUnderTest;
  const get = () => store;
  describe(title, () => {
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store?.close();
    });
    describe('read', () => describeRead(get));
    describe('replaceStatus', () => describeReplaceStatus(get));
    describe('patchStatus', () => describePatchStatus(get));
    describe('setFinalizers', () => describeSetFinalizers(get));
    describe('cache', () => describeCache(get));
  });
}

function describeRead(get: () => StoreUnderTest): void {
  it('gives undefined for an object that is not there', async () => {
    expect(await get().client.read(toKey(freshName()))).toBeUndefined();
  });

  it('gives the object as it is now, without managed fields', async () => {
    const created = await get().create(freshName(), { size: 3 });
    const read = await get().client.read(toKey(created.metadata.name));
    expect(read).toMatchObject({ metadata: { uid: created.metadata.uid, generation: 1 }, spec: { size: 3 } });
    expect(read?.metadata).not.toHaveProperty('managedFields');
  });
}

function describeReplaceStatus(get: () => StoreUnderTest): void {
  it('replaces the whole status and leaves the rest alone', async () => {
    const created = await get().create(freshName(), { size: 3 });
    const first = await written(get().client.replaceStatus(created, { phase: 'Busy', count: 1 }));
    const second = await written(get().client.replaceStatus(first, { phase: 'Done' }));
    expect(second.status).toEqual({ phase: 'Done' });
    expect(second.spec).toEqual(created.spec);
    expect(second.metadata).toMatchObject({ uid: created.metadata.uid, generation: 1 });
    expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
    expect(await get().client.read(toKey(created.metadata.name))).toEqual(second);
  });

  it('keeps the resource version when nothing changes', async () => {
    const created = await get().create(freshName());
    const first = await written(get().client.replaceStatus(created, { phase: 'Busy' }));
    const second = await written(get().client.replaceStatus(first, { phase: 'Busy' }));
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('is a conflict under an older resource version', async () => {
    const created = await get().create(freshName());
    await get().update(created.metadata.name, { size: 2 });
    expect(await get().client.replaceStatus(created, { phase: 'Busy' })).toEqual({ kind: 'conflict' });
  });

  it('is a conflict with an object that was created anew', async () => {
    const created = await get().create(freshName());
    await get().remove(created.metadata.name);
    await get().create(created.metadata.name);
    expect(await get().client.replaceStatus(created, { phase: 'Busy' })).toEqual({ kind: 'conflict' });
  });

  it('is a conflict under another uid, even with the right resource version', async () => {
    const created = await get().create(freshName());
    const stranger = { ...created, metadata: { ...created.metadata, uid: crypto.randomUUID() } };
    expect(await get().client.replaceStatus(stranger, { phase: 'Busy' })).toEqual({ kind: 'conflict' });
  });

  it('finds the object gone', async () => {
    const created = await get().create(freshName());
    await get().remove(created.metadata.name);
    expect(await get().client.replaceStatus(created, { phase: 'Busy' })).toEqual({ kind: 'gone' });
  });

  it('is invalid when the server refuses the content', async () => {
    const created = await get().create(freshName());
    const result = await get().client.replaceStatus(created, { phase: 'x'.repeat(21) });
    expect(result).toMatchObject({ kind: 'invalid', message: expect.stringContaining('phase') });
  });
}

function describePatchStatus(get: () => StoreUnderTest): void {
  it('changes what its tests allow, whatever the resource version', async () => {
    const created = await get().create(freshName());
    const { name, uid } = created.metadata;
    await written(get().client.replaceStatus(created, { phase: 'Busy' }));
    await get().update(name, { size: 2 });
    const patched = await written(
      get().client.patchStatus(toKey(name), [
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'test', path: '/status/phase', value: 'Busy' },
        { op: 'add', path: '/status/count', value: 7 },
        { op: 'replace', path: '/status/phase', value: 'Done' },
      ]),
    );
    expect(patched).toMatchObject({ spec: { size: 2 }, status: { phase: 'Done', count: 7 } });
  });

  it.each([
    ['another uid', { op: 'test', path: '/metadata/uid', value: 'other' }],
    ['another value', { op: 'test', path: '/status/phase', value: 'Done' }],
    ['a member that is not there', { op: 'test', path: '/status/count', value: 1 }],
    ['a path that leads nowhere', { op: 'test', path: '/status/phase/deep', value: 1 }],
    ['nothing to remove', { op: 'remove', path: '/status/count' }],
  ] as const)('is invalid, and writes nothing, with %s', async (_, failing) => {
    const created = await get().create(freshName());
    const before = await written(get().client.replaceStatus(created, { phase: 'Busy' }));
    const key = toKey(created.metadata.name);
    const change = { op: 'add', path: '/status/phase', value: 'Changed' } as const;
    expect(await get().client.patchStatus(key, [failing, change])).toMatchObject({ kind: 'invalid' });
    expect(await get().client.read(key)).toEqual(before);
  });

  it('takes a test for null as a test for absence', async () => {
    const created = await get().create(freshName());
    await written(get().client.replaceStatus(created, { phase: 'Busy' }));
    const patched = await written(
      get().client.patchStatus(toKey(created.metadata.name), [
        { op: 'test', path: '/status/count', value: null },
        { op: 'add', path: '/status/count', value: 1 },
      ]),
    );
    expect(patched.status).toEqual({ phase: 'Busy', count: 1 });
  });

  it('changes nothing outside the status', async () => {
    const created = await get().create(freshName(), { size: 3 });
    const patched = await written(
      get().client.patchStatus(toKey(created.metadata.name), [
        { op: 'replace', path: '/spec/size', value: 4 },
        { op: 'add', path: '/metadata/finalizers', value: [finalizer] },
        { op: 'replace', path: '/metadata/uid', value: crypto.randomUUID() },
        { op: 'add', path: '/status', value: { phase: 'Busy' } },
      ]),
    );
    expect(patched).toMatchObject({ spec: { size: 3 }, status: { phase: 'Busy' } });
    expect(patched.metadata.uid).toBe(created.metadata.uid);
    expect(patched.metadata.finalizers ?? []).toEqual([]);
  });

  it('is a conflict when it sets an older resource version', async () => {
    const created = await get().create(freshName());
    const patch = { op: 'replace', path: '/metadata/resourceVersion', value: '1' } as const;
    const result = await get().client.patchStatus(toKey(created.metadata.name), [
      patch,
      { op: 'add', path: '/status', value: { phase: 'Busy' } },
    ]);
    expect(result).toEqual({ kind: 'conflict' });
  });

  it('finds the object gone', async () => {
    expect(await get().client.patchStatus(toKey(freshName()), [])).toEqual({ kind: 'gone' });
  });
}

function describeSetFinalizers(get: () => StoreUnderTest): void {
  it('sets and clears the finalizers', async () => {
    const created = await get().create(freshName());
    const held = await written(get().client.setFinalizers(created, [finalizer]));
    expect(held.metadata.finalizers).toEqual([finalizer]);
    const free = await written(get().client.setFinalizers(held, []));
    expect(free.metadata.finalizers ?? []).toEqual([]);
  });

  it('lets a deleted object go with its last finalizer', async () => {
    const created = await get().create(freshName(), {}, [finalizer]);
    const key = toKey(created.metadata.name);
    await get().remove(created.metadata.name);
    const deleting = await get().client.read(key);
    expect(deleting?.metadata).toMatchObject({ deletionTimestamp: expect.any(String), generation: 2 });
    await written(get().client.setFinalizers(deleting as Widget, []));
    expect(await get().client.read(key)).toBeUndefined();
  });

  it('is a conflict under an older resource version or with an object that was created anew', async () => {
    const created = await get().create(freshName());
    await get().update(created.metadata.name, { size: 2 });
    expect(await get().client.setFinalizers(created, [finalizer])).toEqual({ kind: 'conflict' });
    await get().remove(created.metadata.name);
    await get().create(created.metadata.name);
    expect(await get().client.setFinalizers(created, [finalizer])).toEqual({ kind: 'conflict' });
  });

  it('finds the object gone', async () => {
    const created = await get().create(freshName());
    await get().remove(created.metadata.name);
    expect(await get().client.setFinalizers(created, [])).toEqual({ kind: 'gone' });
  });
}

function describeCache(get: () => StoreUnderTest): void {
  const cached = (name: string) => get().cache.get(`default/${name}`);
  const until = (condition: () => boolean) => get().recorder.until(condition);

  it('follows an object from creation to deletion, with its index', async () => {
    const name = freshName();
    const [red, blue] = [`red-${name}`, `blue-${name}`];
    await get().create(name, { color: red });
    await until(() => cached(name) !== undefined);
    expect(get().cache.withIndex('color', red)).toEqual([cached(name)]);
    await get().update(name, { color: blue });
    await until(() => cached(name)?.spec.color === blue);
    expect(get().cache.withIndex('color', red)).toEqual([]);
    expect(get().cache.withIndex('color', blue)).toEqual([cached(name)]);
    await get().remove(name);
    await until(() => cached(name) === undefined);
    expect(get().cache.withIndex('color', blue)).toEqual([]);
    expect(toldOf(name)).toEqual(['+', '~', '-']);
  });

  it('finds an object by each of several values, and tells indexes apart', async () => {
    const name = freshName();
    const byWord = (word: string) =>
      get()
        .cache.withIndex('words', `${word}-${name}`)
        .map(({ metadata }) => metadata.name);
    await get().create(name, { note: `one-${name} two-${name} two-${name}`, color: `three-${name}` });
    await until(() => cached(name) !== undefined);
    expect(['one', 'two', 'three'].map(byWord)).toEqual([[name], [name], []]);
    await get().update(name, { note: `two-${name} three-${name}` });
    await until(() => byWord('three').length === 1);
    expect(['one', 'two'].map(byWord)).toEqual([[], [name]]);
    expect(() => get().cache.withIndex('size', '1')).toThrow('no index "size"');
  });

  it('has an observed write at once, and is not told of its echo', async () => {
    const name = freshName();
    const created = await get().create(name);
    await until(() => cached(name) !== undefined);
    const first = await written(get().client.replaceStatus(created, { phase: 'Busy' }));
    const second = await written(get().client.replaceStatus(first, { phase: 'Done' }));
    get().cache.observe(second);
    expect(cached(name)?.status?.phase).toBe('Done');
    get().cache.observe(first);
    expect(cached(name)?.status?.phase).toBe('Done');
    await settle();
    const versions = changesOf(name).map((change) => change.new?.metadata.resourceVersion);
    expect(versions.at(-1)).toBe(second.metadata.resourceVersion);
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('does not bring a deleted object back by an observed write', async () => {
    const name = freshName();
    const created = await get().create(name);
    await until(() => cached(name) !== undefined);
    const last = await written(get().client.replaceStatus(created, { phase: 'Busy' }));
    await get().remove(name);
    await until(() => cached(name) === undefined && toldOf(name).includes('-'));
    get().cache.observe(last);
    expect(cached(name)).toBeUndefined();
  });

  it('tells a change made by somebody else inside an observed write', async () => {
    const name = freshName();
    await get().create(name, { size: 1 });
    await until(() => cached(name) !== undefined);
    await get().update(name, { size: 2 });
    const patch = { op: 'add', path: '/status', value: { phase: 'Busy' } } as const;
    get().cache.observe(await written(get().client.patchStatus(toKey(name), [patch])));
    await settle();
    expect(changesOf(name).some((change) => change.new?.spec.size === 2)).toBe(true);
    expect(cached(name)).toMatchObject({ spec: { size: 2 }, status: { phase: 'Busy' } });
  });

  /** Events come in order: when this later object is there, everything before it is. */
  async function settle(): Promise<void> {
    const name = freshName();
    await get().create(name);
    await until(() => cached(name) !== undefined);
  }

  const changesOf = (name: string) => get().recorder.changes.filter(({ key }) => key === `default/${name}`);
  const toldOf = (name: string) =>
    changesOf(name).map((change) => (change.new ? (change.old ? '~' : '+') : '-'));
}

function freshName(): string {
  lastName += 1;
  return `w${lastName}`;
}

function toKey(name: string) {
  return { namespace: 'default', name };
}

async function written(result: ReturnType<ObjectClient<Widget>['replaceStatus']>): Promise<Widget> {
  const outcome = await result;
  if (outcome.kind !== 'written') throw new Error(`not written: ${JSON.stringify(outcome)}`);
  return outcome.object;
}
