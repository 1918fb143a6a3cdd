/** Looks up versions in the cloud; many who wait for one app share a listing of it. */

import { EsaError } from '../core/errors/esa-error.ts';
import { type Problem, readProblem } from '../core/errors/problem.ts';
import { toPrintable } from '../core/text/printable.ts';
import type { Send } from './call.ts';
import { getVersion } from './operations/get-version.ts';
import { listVersions, type VersionPage } from './operations/list-versions.ts';
import type { VersionSummary } from './operations/version-summary.ts';
import { type Listing, listingIncomplete, readPages } from './read-pages.ts';

/** Unknown is a response of its own, so that nobody takes it for absent. */
export type Lookup =
  | {
      readonly kind: 'complete';
      readonly versions: readonly VersionSummary[];
      /** Of a lookup by name: other names that hold it, whatever their case; a few of them, fit to be shown. */
      readonly similar?: readonly string[];
    }
  | { readonly kind: 'unknown'; readonly problem: Problem };

export type FoundVersion =
  | { readonly kind: 'found'; readonly version: VersionSummary }
  /** A complete listing lacks it. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly problem: Problem };

/** How many ask for themselves before the others share a listing. */
const singleLookups = 8;
/** A listing of more pages takes more calls than those who share it would need. */
const mostSharedPages = 8;
/** The first is the API's own bound (API reference 9.3); the next ones are for pages whose response is too large. */
const pageSizes = [100, 20, 4, 1];

/** The look-ups of one app with one credential. */
export class AppLookups {
  readonly #send: Send;
  readonly #appId: string;
  #single = 0;
  /** Of the whole app, as its first page last told; 0 before the first listing. */
  #pages = 0;
  #running: Promise<Lookup> | undefined;
  /** The listing that has not begun yet: who asks now may share it. */
  #next: Promise<Lookup> | undefined;

  constructor(send: Send, appId: string) {
    this.#send = send;
    this.#appId = appId;
  }

  /** Whether nobody waits for anything. */
  get isIdle(): boolean {
    return this.#single === 0 && !this.#running && !this.#next;
  }

  /** Every version whose name is exactly `name`, by a search or a shared listing that begins after this call. */
  async named(name: string): Promise<Lookup> {
    const lookup = this.#mayShare() ? await this.list() : await this.#alone(() => this.search(name));
    return exactly(name, lookup);
  }

  /** The version with this id, by a Get or a shared listing that begins after this call. */
  async withId(versionId: string): Promise<FoundVersion> {
    if (!this.#mayShare()) {
      const found = await this.#alone(() => this.#get(versionId));
      if (found.kind === 'found' || !mayMeanAbsent(found.problem)) return found;
    }
    const lookup = await this.list();
    if (lookup.kind === 'unknown') return lookup;
    const version = lookup.versions.find((candidate) => candidate.versionId === versionId);
    return version ? { kind: 'found', version } : { kind: 'absent' };
  }

  /** Both a search and a whole listing, for those who must know that there is none. */
  async namedForSure(name: string): Promise<Lookup> {
    const searched = exactly(name, await this.search(name));
    if (searched.kind === 'unknown' || searched.versions.length > 0) return searched;
    return exactly(name, await this.list());
  }

  /** A search of its own; the cloud's is fuzzy, so the response may hold other names too. */
  search(name: string): Promise<Lookup> {
    return this.#read(name);
  }

  /** The whole app, shared by all who ask before it begins. */
  list(): Promise<Lookup> {
    this.#next ??= this.#listAfterRunning();
    return this.#next;
  }

  async #listAfterRunning(): Promise<Lookup> {
    // How it ends is for those who share it.
    await this.#running?.catch(() => {});
    const listing = this.#read(undefined);
    this.#running = listing;
    this.#next = undefined;
    try {
      return await listing;
    } finally {
      if (this.#running === listing) this.#running = undefined;
    }
  }

  #mayShare(): boolean {
    return this.#single >= singleLookups && this.#pages <= mostSharedPages;
  }

  async #alone<T>(lookUp: () => Promise<T>): Promise<T> {
    this.#single += 1;
    try {
      return await lookUp();
    } finally {
      this.#single -= 1;
    }
  }

  async #get(versionId: string): Promise<Exclude<FoundVersion, { kind: 'absent' }>> {
    try {
      return { kind: 'found', version: await this.#send(getVersion(this.#appId, versionId)) };
    } catch (error) {
      return unknown(error);
    }
  }

  async #read(searchName: string | undefined): Promise<Lookup> {
    try {
      const listing = await this.#readPages(searchName);
      return listing.kind === 'complete'
        ? listing
        : { kind: 'unknown', problem: listingIncomplete(listing.why) };
    } catch (error) {
      return unknown(error);
    }
  }

  /** Where the response to a page is too large, begins again with smaller pages. */
  async #readPages(
    searchName: string | undefined,
    [pageSize = 1, ...smaller]: readonly number[] = pageSizes,
  ): Promise<Listing> {
    const search = searchName === undefined ? {} : { searchName };
    try {
      return await readPages(async (pageNumber) => {
        const page = await this.#send(listVersions({ appId: this.#appId, pageNumber, pageSize, ...search }));
        if (searchName === undefined && pageNumber === 1) this.#pages = pagesOf(page);
        return page;
      });
    } catch (error) {
      if (!isTooLarge(error) || smaller.length === 0) throw error;
      return this.#readPages(searchName, smaller);
    }
  }
}

/** How many pages there are, if the others hold as much as this one. */
function pagesOf({ totalCount, versions }: VersionPage): number {
  return Math.ceil(totalCount / Math.max(1, versions.length));
}

function isTooLarge(error: unknown): boolean {
  return error instanceof EsaError && error.code === 'ResponseTooLarge';
}

const mostSimilar = 3;

function exactly(name: string, lookup: Lookup): Lookup {
  if (lookup.kind === 'unknown') return lookup;
  const versions = lookup.versions.filter((version) => version.name === name);
  const sought = name.toLowerCase();
  const others = lookup.versions.filter(
    (other) => other.name !== name && other.name.toLowerCase().includes(sought),
  );
  const similar = [...new Set(others.map((other) => other.name))].slice(0, mostSimilar);
  return { kind: 'complete', versions, similar: similar.map(toPrintable) };
}

/** The code for an unknown version id is not documented, so any refusal of a Get may mean it. */
function mayMeanAbsent(problem: Problem): boolean {
  return problem.reason === 'InvalidRequest' || problem.httpStatus === 404;
}

function unknown(error: unknown): { readonly kind: 'unknown'; readonly problem: Problem } {
  if (!(error instanceof EsaError)) throw error;
  return { kind: 'unknown', problem: readProblem(error) };
}
