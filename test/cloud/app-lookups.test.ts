import { describe, expect, test } from 'vitest';
import { AppLookups, type Lookup } from '../../src/cloud/app-lookups.ts';
import type { Body, Send } from '../../src/cloud/call.ts';
import { LookupsByApp } from '../../src/cloud/lookups-by-app.ts';
import type { ListQuery, VersionPage } from '../../src/cloud/operations/list-versions.ts';
import type { VersionSummary } from '../../src/cloud/operations/version-summary.ts';
import { esaError, type PageQuery, resultOf } from '../support/memory-esa.ts';

const versions = (from: number, to: number): VersionSummary[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => ({
    versionId: `ver-${from + index}`,
    name: `shop-${from + index}`,
    remarks: '',
    status: 'created',
  }));

/** A cloud with so many versions, whose pages hold what it likes. */
function cloudOf(total: number, sizeOf: (query: ListQuery) => number) {
  return ({ pageNumber, ...query }: ListQuery): VersionPage => {
    const size = sizeOf({ pageNumber, ...query });
    return {
      totalCount: total,
      versions: versions((pageNumber - 1) * size, Math.min(total, pageNumber * size)),
    };
  };
}

/** Lookups over a listing that responds so, with the queries that it was sent. */
function lookupsOver(respond: (query: ListQuery) => VersionPage) {
  const queries: ListQuery[] = [];
  const send: Send = async (call) => {
    const { AppId, PageNumber, PageSize, SearchKey } = call.query as PageQuery;
    const search = SearchKey === undefined ? {} : { searchName: SearchKey };
    const query = { appId: AppId, pageNumber: PageNumber, pageSize: PageSize, ...search };
    queries.push(query);
    return resultOf(call, toBody(respond(query)));
  };
  return { queries, lookups: new AppLookups(send, 'app-1') };
}

function toBody({ totalCount, versions }: VersionPage): Body {
  const toWire = ({ versionId, name, remarks, status }: VersionSummary) => ({
    VersionId: versionId,
    Name: name,
    Remarks: remarks,
    Status: status,
  });
  return { TotalCount: totalCount, Versions: versions.map(toWire) };
}

const sizeOf = (lookup: Lookup) =>
  lookup.kind === 'complete' ? lookup.versions.length : lookup.problem.message;

describe('a listing', () => {
  test.each([1, 20, 33, 99, 100, 250])(
    'goes on until the total is reached, with %i on a page',
    async (size) => {
      const { lookups, queries } = lookupsOver(cloudOf(250, () => size));
      expect(sizeOf(await lookups.list())).toBe(250);
      expect(queries).toHaveLength(Math.ceil(250 / size));
    },
  );

  test.each<[string, (query: ListQuery) => VersionPage, string, number]>([
    [
      'whose pages repeat',
      () => ({ totalCount: 250, versions: versions(0, 100) }),
      'the total is 250, but 100 were listed',
      2,
    ],
    [
      'that ends early',
      cloudOf(250, ({ pageNumber }) => (pageNumber === 1 ? 100 : 1000)),
      'the total is 250, but 100 were listed',
      2,
    ],
    ['of nothing', () => ({ totalCount: 3, versions: [] }), 'the total is 3, but 0 were listed', 1],
    [
      'with more than its total',
      () => ({ totalCount: 3, versions: versions(0, 4) }),
      'the total is 3, but 4 were listed',
      1,
    ],
    [
      'whose total moves',
      ({ pageNumber }) => ({
        totalCount: 200 + pageNumber,
        versions: versions(pageNumber * 100, pageNumber * 100 + 100),
      }),
      'the total went from 201 to 202',
      2,
    ],
    [
      'with a total beyond all measure and new ids on each page',
      ({ pageNumber }) => ({
        totalCount: 999_999_999,
        versions: versions(pageNumber * 100, pageNumber * 100 + 100),
      }),
      'the list has too many versions, which are 999999999: at most 100,000 are read',
      1,
    ],
    [
      'with one new version on each page',
      cloudOf(99_999, () => 1),
      'the list has too many pages: at most 1,000 are read',
      1_000,
    ],
    [
      'of texts without end',
      ({ pageNumber }) => ({
        totalCount: 90_000,
        versions: versions(pageNumber * 10, pageNumber * 10 + 10).map((version) => ({
          ...version,
          remarks: 'x'.repeat(1e6),
        })),
      }),
      'the list has too many characters: at most 67,108,864 are read',
      7,
    ],
  ])('%s proves nothing, and ends', async (_what, answer, why, calls) => {
    const { lookups, queries } = lookupsOver(answer);
    const lookup = await lookups.list();
    expect(lookup).toMatchObject({
      kind: 'unknown',
      problem: { class: 'Transient', code: 'IncompleteListing', message: why },
    });
    expect(queries).toHaveLength(calls);
  });

  test('whose response is too large is read in smaller pages', async () => {
    const { lookups, queries } = lookupsOver((query) => {
      if (query.pageSize > 4) throw esaError('ResponseTooLarge', { httpStatus: 200 });
      return cloudOf(10, () => query.pageSize)(query);
    });
    expect(sizeOf(await lookups.list())).toBe(10);
    expect(queries.map(({ pageSize }) => pageSize)).toEqual([100, 20, 4, 4, 4]);
    expect(sizeOf(await lookups.list())).toBe(10);
  });

  test('whose response is too large whatever its size ends as that', async () => {
    const { lookups, queries } = lookupsOver(() => {
      throw esaError('ResponseTooLarge', { httpStatus: 200 });
    });
    expect(await lookups.list()).toMatchObject({ problem: { code: 'ResponseTooLarge', class: 'Transient' } });
    expect(queries.map(({ pageSize }) => pageSize)).toEqual([100, 20, 4, 1]);
  });

  test('that ends with a bug is not what the next one ends with', async () => {
    let isBroken = true;
    const { lookups } = lookupsOver((query) => {
      if (isBroken) throw new TypeError('a bug');
      return cloudOf(1, () => 100)(query);
    });
    const [first, second] = [lookups.list(), lookups.list()];
    const queued = first.catch(() => {
      isBroken = false;
      return lookups.list();
    });
    await expect(first).rejects.toThrow('a bug');
    await expect(second).rejects.toThrow('a bug');
    expect(sizeOf(await queued)).toBe(1);
    expect(sizeOf(await lookups.list())).toBe(1);
    expect(lookups.isIdle).toBe(true);
  });

  test('that waits for one that ends with a bug begins after it', async () => {
    const failures = [new TypeError('a bug')];
    const { lookups, queries } = lookupsOver((query) => {
      const failure = failures.pop();
      if (failure) throw failure;
      return cloudOf(1, () => 100)(query);
    });
    const first = lookups.list();
    // The first has begun now, so this is another one.
    await Promise.resolve();
    const second = lookups.list();
    await expect(first).rejects.toThrow('a bug');
    expect(sizeOf(await second)).toBe(1);
    expect(queries).toHaveLength(2);
  });
});

test('a lookup by name tells of similar names with escapes for what a terminal obeys', async () => {
  const [version] = versions(1, 2) as [VersionSummary];
  const { lookups } = lookupsOver(() => ({
    totalCount: 1,
    versions: [{ ...version, name: 'SHOP-1\u009b\u202e\n' }],
  }));
  expect(await lookups.named('shop-1')).toMatchObject({ similar: ['SHOP-1\\u009b\\u202e\\n'] });
});

describe('the lookups of many apps', () => {
  test('are forgotten where nobody uses them', async () => {
    const byApp = new LookupsByApp(async (call) => resultOf(call, { TotalCount: 0 }));
    const first = byApp.of('app-0');
    for (let index = 0; index < 5_000; index += 1) await byApp.of(`app-${index}`).list();
    expect(byApp.size).toBeLessThanOrEqual(256);
    expect(byApp.of('app-4999')).toBe(byApp.of('app-4999'));
    expect(byApp.of('app-0')).not.toBe(first);
  });

  test('are shared as long as a listing is under way', async () => {
    const held = Promise.withResolvers<Body>();
    const byApp = new LookupsByApp(async (call) => resultOf(call, await held.promise));
    const first = byApp.of('app-0');
    const listing = first.list();
    for (let index = 1; index < 1_000; index += 1) byApp.of(`app-${index}`);
    expect(byApp.of('app-0')).toBe(first);
    held.resolve({ TotalCount: 0 });
    await listing;
  });
});
