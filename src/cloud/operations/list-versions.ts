import { isRecord } from '../../core/json/is-record.ts';
import type { Body, Call, IsId, ResponseContext } from '../call.ts';
import { operations } from '../operations.ts';
import { UnexpectedResponse } from '../unexpected-response.ts';
import { mismatch, mismatchCode, quoted, textOf } from './read-members.ts';
import { toSummary, type VersionSummary } from './version-summary.ts';

export interface ListQuery {
  readonly appId: string;
  /** From 1. */
  readonly pageNumber: number;
  readonly pageSize: number;
  /** The search is fuzzy (API reference 9.3), so filter on the exact name. */
  readonly searchName?: string;
}

export interface VersionPage {
  readonly versions: readonly VersionSummary[];
  readonly totalCount: number;
}

/** Reads one page of the versions of an app. */
export function listVersions({ appId, pageNumber, pageSize, searchName }: ListQuery): Call<VersionPage> {
  const search = searchName === undefined ? {} : { SearchType: 'Name', SearchKey: searchName };
  return {
    operation: operations.listVersions,
    about: searchName ?? appId,
    method: 'GET',
    query: { AppId: appId, PageNumber: pageNumber, PageSize: pageSize, ...search },
    toResult: toPage,
  };
}

/** At most 100 are asked for. */
const mostOnPage = 10_000;

/** @throws UnexpectedResponse without a TotalCount, or with an item that has no id or name: it would prove nothing. */
function toPage(body: Body, { isId }: ResponseContext): VersionPage {
  const totalCount = toCount(body.TotalCount);
  if (totalCount === undefined) throw mismatch('TotalCount', 'number', body);
  const items = body.Versions ?? [];
  if (!Array.isArray(items)) throw mismatch('Versions', 'array', body);
  if (items.length > mostOnPage) {
    const message = `a page holds ${items.length} versions, more than the ${mostOnPage} that are read`;
    throw new UnexpectedResponse(mismatchCode, message, body);
  }
  return { versions: items.map((item) => toListed(item, isId, body)), totalCount };
}

function toListed(item: unknown, isId: IsId, body: Body): VersionSummary {
  const version = isRecord(item) ? toSummary(item, body) : undefined;
  if (!version?.versionId || !version.name)
    throw mismatch('Versions', 'array of versions with VersionId and Name', body);
  if (isId(version.versionId)) return version;
  const message = `a listed VersionId is not one: ${quoted(version.versionId)}`;
  throw new UnexpectedResponse(mismatchCode, message, body);
}

function toCount(value: unknown): number | undefined {
  const number = /^\d/.test(textOf(value)) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
