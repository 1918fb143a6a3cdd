/** A proven absence, read from the cloud's log. */
import type { CallRecord } from '../../src/emulator/emulator.ts';
import type { Evidence } from './evidence.ts';
import { timeOf } from './judge-lives.ts';

const looksOfAProof = 3;
/** The settle delay begins with the claim, at most so long before the create is sent. */
const claimDeadlineMs = 5000;

/**
 * Whether between two creates somebody looked three times, late and far enough apart: each time by a complete search
 * for the name and a complete listing of the app behind it.
 */
export function isProvenAbsent(before: CallRecord, post: CallRecord, evidence: Evidence): boolean {
  const { calls, settleDelayMs, spacingMs, longestStallMs } = evidence;
  const { AppId, Name } = before.parameters;
  const between = calls.filter(
    ({ number, action, parameters }) =>
      action === 'ListEdgeContainerAppVersions' &&
      parameters.AppId === AppId &&
      number > before.number &&
      number < post.number,
  );
  const settledMs = timeOf(before) + settleDelayMs - claimDeadlineMs - longestStallMs;
  const searches = complete(between, Name).filter((search) => timeOf(search) >= settledMs);
  const listings = complete(between, undefined);
  let [looks, nextMs, lastListing] = [0, settledMs, 0];
  for (const search of searches) {
    const listing = listings.find(({ number }) => number > Math.max(search.number, lastListing));
    if (timeOf(search) < nextMs || !listing) continue;
    [looks, nextMs, lastListing] = [looks + 1, timeOf(search) + spacingMs - longestStallMs, listing.number];
  }
  return looks >= looksOfAProof;
}

/** The first pages of listings whose pages all came, with one total. */
function complete(calls: readonly CallRecord[], searchKey: string | undefined): readonly CallRecord[] {
  const pages = calls.filter(
    ({ parameters, outcome }) =>
      parameters.SearchKey === searchKey && outcome.delivery === 'whole' && outcome.status === 200,
  );
  return pages.filter((page) => pageNumber(page) === 1 && hasAllPages(page, pages));
}

function hasAllPages(first: CallRecord, pages: readonly CallRecord[]): boolean {
  const total = first.outcome.totalCount ?? 0;
  const last = Math.max(1, Math.ceil(total / Number(first.parameters.PageSize)));
  let seen = first;
  for (let wanted = 2; wanted <= last; wanted += 1) {
    const next = pages.find((page) => page.number > seen.number && pageNumber(page) === wanted);
    if (next?.outcome.totalCount !== total) return false;
    seen = next;
  }
  return true;
}

const pageNumber = ({ parameters }: CallRecord): number => Number(parameters.PageNumber);
