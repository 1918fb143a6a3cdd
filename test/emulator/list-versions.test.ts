import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { appId, createRequest, models, refusal, sdkFor } from './sdk.ts';

async function create(emulator: Emulator, ...names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const { body } = await sdkFor(emulator).createEdgeContainerAppVersion(createRequest({ name }));
    ids.push(body?.versionId ?? '');
  }
  return ids;
}

async function list(emulator: Emulator, query: object = {}) {
  const request = new models.ListEdgeContainerAppVersionsRequest({ appId, ...query });
  const { body } = await sdkFor(emulator).listEdgeContainerAppVersions(request);
  return { ...body, names: body?.versions?.map(({ name }) => name) };
}

describe('ListEdgeContainerAppVersions', () => {
  it('gives pages, newest first, with number, size and total', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    await create(emulator, 'first-1', 'second-1', 'third-1');
    expect(await list(emulator, { pageSize: 2 })).toMatchObject({
      names: ['third-1', 'second-1'],
      pageNumber: 1,
      pageSize: 2,
      totalCount: 3,
    });
    expect((await list(emulator, { pageSize: 2, pageNumber: 2 })).names).toEqual(['first-1']);
    expect((await list(emulator, { pageSize: 2, pageNumber: 3 })).names).toEqual([]);
    emulator.setSwitches({ listOrder: 'oldest-first' });
    expect((await list(emulator)).names).toEqual(['first-1', 'second-1', 'third-1']);
  });

  it('takes the page size of the switch if the call names none', async () => {
    await using emulator = await startEmulator({ apps: [appId], defaultPageSize: 1 });
    await create(emulator, 'first-1', 'second-1');
    expect(await list(emulator)).toMatchObject({ names: ['second-1'], pageSize: 1, totalCount: 2 });
  });

  it('gives no more on a page than the cap, whatever is asked', async () => {
    await using emulator = await startEmulator({ apps: [appId], pageSizeCap: 2 });
    await create(emulator, 'first-1', 'second-1', 'third-1');
    const capped = { pageSize: 2, totalCount: 3 };
    const page = (pageNumber: number) => list(emulator, { pageSize: 100, pageNumber });
    expect(await page(1)).toMatchObject({ names: ['third-1', 'second-1'], ...capped });
    expect(await page(2)).toMatchObject({ names: ['first-1'], ...capped });
    expect(await list(emulator, { pageSize: 1 })).toMatchObject({ names: ['third-1'], pageSize: 1 });
  });

  it.each([
    ['page 0', { pageNumber: 0 }],
    ['page 65536', { pageNumber: 65_536 }],
    ['page size 0', { pageSize: 0 }],
    ['page size 101', { pageSize: 101 }],
    ['another SearchType', { searchType: 'Remarks', searchKey: 'x' }],
    ['another OrderKey', { orderKey: 'Remarks' }],
    ['another OrderType', { orderKey: 'Name', orderType: 'up' }],
  ])('refuses %s', async (_what, query) => {
    await using emulator = await startEmulator({ apps: [appId] });
    expect(await refusal(list(emulator, query))).toMatchObject({ code: 'InvalidParameter', statusCode: 400 });
  });

  it.each([{ pageNumber: 65_535 }, { pageSize: 100 }, { pageSize: 1 }])('takes %j', async (query) => {
    await using emulator = await startEmulator({ apps: [appId] });
    expect(await list(emulator, query)).toMatchObject({ totalCount: 0, ...query });
  });

  it('finds names by a part of them, whatever the case', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    await create(emulator, 'Shop-1.4', 'shop-1.4.2', 'my-shop-1', 'cart-1.4');
    const find = async (searchKey: string) => (await list(emulator, { searchType: 'Name', searchKey })).names;
    expect(await find('SHOP-1.4')).toEqual(['shop-1.4.2', 'Shop-1.4']);
    expect(await find('op')).toEqual(['my-shop-1', 'shop-1.4.2', 'Shop-1.4']);
    expect(await find('')).toHaveLength(4);
    expect(await find('nothing')).toEqual([]);
    emulator.setSwitches({ search: 'prefix' });
    expect(await find('shop-1')).toEqual(['shop-1.4.2', 'Shop-1.4']);
  });

  it('finds versions by a part of the id', async () => {
    await using emulator = await startEmulator({ apps: [appId] });
    const [first = ''] = await create(emulator, 'first-1', 'second-1');
    const find = async (searchKey: string) =>
      (await list(emulator, { searchType: 'VersionId', searchKey })).names;
    expect(await find(first)).toEqual(['first-1']);
    expect(await find('ver-')).toEqual(['second-1', 'first-1']);
    expect(await find(first.slice(4))).toEqual(['first-1']);
  });

  it.each([
    ['CreateTime', 'ASC', ['zebra-1', 'apple-1', 'mango-1']],
    ['CreateTime', 'Desc', ['mango-1', 'apple-1', 'zebra-1']],
    ['Name', 'Asc', ['apple-1', 'mango-1', 'zebra-1']],
    ['Name', 'DESC', ['zebra-1', 'mango-1', 'apple-1']],
    ['UpdateTime', 'ASC', ['apple-1', 'mango-1', 'zebra-1']],
    ['ModifyTime', 'Desc', ['zebra-1', 'mango-1', 'apple-1']],
  ])('orders by %s %s', async (orderKey, orderType, names) => {
    let nowMs = Date.now();
    await using emulator = await startEmulator({ apps: [appId], now: () => nowMs });
    const [zebra = ''] = await create(emulator, 'zebra-1');
    for (const name of ['apple-1', 'mango-1']) {
      nowMs += 1000;
      await create(emulator, name);
    }
    nowMs += 1000;
    emulator.changeVersion(zebra, { isPublished: true });
    expect((await list(emulator, { orderKey, orderType })).names).toEqual(names);
  });

  it('shows a new version only after the delay, while Get already has it', async () => {
    let nowMs = Date.now();
    await using emulator = await startEmulator({ apps: [appId], listDelayMs: 1000, now: () => nowMs });
    const [versionId] = await create(emulator, 'late-one-1');
    expect(await list(emulator)).toMatchObject({ names: [], totalCount: 0 });
    const get = new models.GetEdgeContainerAppVersionRequest({ appId, versionId });
    expect((await sdkFor(emulator).getEdgeContainerAppVersion(get)).body?.version?.name).toBe('late-one-1');
    nowMs += 1000;
    expect(await list(emulator)).toMatchObject({ names: ['late-one-1'], totalCount: 1 });
  });

  it('finds by search exactly what a look at every name finds, after any creates and deletes', async () => {
    await using emulator = await startEmulator({ apps: [appId], duplicateNames: 'allowed' });
    const name = fc.string({
      unit: fc.constantFrom('a', 'B', 'b', '-', '1', 'É', 'İ'),
      minLength: 6,
      maxLength: 9,
    });
    const change = fc.record({ name, isDelete: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 6 }),
        fc.nat(5),
        fc.integer({ min: 1, max: 5 }),
        async (changes, from, length) => {
          for (const { name, isDelete } of changes) {
            const [versionId = ''] = await create(emulator, name);
            if (isDelete) emulator.deleteVersion(versionId);
          }
          const searchKey = (changes[0]?.name ?? 'aB-1bb').slice(from, from + length);
          const expected = emulator
            .versions()
            .filter((version) => version.name.toLowerCase().includes(searchKey.toLowerCase()));
          const found = await list(emulator, { searchType: 'Name', searchKey, pageSize: 100 });
          expect(found.totalCount).toBe(expected.length);
          const newest = expected.reverse().slice(0, 100);
          expect(found.names).toEqual(newest.map(({ name }) => name));
        },
      ),
      { numRuns: 60 },
    );
  });
});
