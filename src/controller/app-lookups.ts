/** Looks up versions in the cloud; many who wait for one app share a listing of it. */
import { EsaError } from '../core/esa-error.ts';
import { listingIncomplete, type Problem, readProblem } from '../core/problem.ts';
import type { EsaApi, VersionSummary } from '../ports.ts';

/** Unknown is an answer of its own, so that nobody takes it for absent. */
export type Lookup =
  | { readonly kind: 'complete'; readonly versions: readonly VersionSummary[] }
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
/** The API's own bound (API reference 9.3). */
const pageSize = 100;

/** The look-ups of one app with one credential. */
export class AppLookups {
  readonly #api: EsaApi;
  readonly #appId: string;
  #single = 0;
  /** Of the whole app, as last told; 0 before the first listing. */
  #pages = 0;
  #running: Promise<unknown> | undefined;
  /** The listing that has not begun yet: who asks now may share it. */
  #next: Promise<Lookup> | undefined;

  constructor(api: EsaApi, appId: string) {
    this.#api = api;
    this.#appId = appId;
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

  /** A search of its own; the cloud's is fuzzy, so the answer may hold other names too. */
  search(name: string): Promise<Lookup> {
    return this.#read(name);
  }

  /** The whole app, shared by all who ask before it begins. */
  list(): Promise<Lookup> {
    this.#next ??= this.#listAfterRunning();
    return this.#next;
  }

  async #listAfterRunning(): Promise<Lookup> {
    await this.#running;
    const listing = this.#read(undefined);
    this.#running = listing;
    this.#next = undefined;
    return listing;
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
      return { kind: 'found', version: await this.#api.getVersion(this.#appId, versionId) };
    } catch (error) {
      return unknown(error);
    }
  }

  async #read(searchName: string | undefined): Promise<Lookup> {
    try {
      return await this.#readPages(searchName);
    } catch (error) {
      return unknown(error);
    }
  }

  /** Counts only if the total is the same on every page and equals the number of distinct ids. */
  async #readPages(searchName: string | undefined): Promise<Lookup> {
    const versions = new Map<string, VersionSummary>();
    let total: number | undefined;
    for (let pageNumber = 1; total === undefined || (pageNumber - 1) * pageSize < total; pageNumber += 1) {
      const search = searchName === undefined ? {} : { searchName };
      const page = await this.#api.listVersions({ appId: this.#appId, pageNumber, pageSize, ...search });
      total ??= page.totalCount;
      if (searchName === undefined) this.#pages = Math.ceil(page.totalCount / pageSize);
      if (page.totalCount !== total) return incomplete(`the total went from ${total} to ${page.totalCount}`);
      for (const version of page.versions) versions.set(version.versionId, version);
      if (page.versions.length === 0) break;
    }
    if (versions.size !== total) return incomplete(`the total is ${total}, but ${versions.size} were listed`);
    return { kind: 'complete', versions: [...versions.values()] };
  }
}

function exactly(name: string, lookup: Lookup): Lookup {
  if (lookup.kind === 'unknown') return lookup;
  return { kind: 'complete', versions: lookup.versions.filter((version) => version.name === name) };
}

/** The code for an unknown version id is not documented, so any refusal of a Get may mean it. */
function mayMeanAbsent(problem: Problem): boolean {
  return problem.reason === 'InvalidRequest' || problem.httpStatus === 404;
}

function incomplete(why: string): Lookup {
  return { kind: 'unknown', problem: listingIncomplete(why) };
}

function unknown(error: unknown): { readonly kind: 'unknown'; readonly problem: Problem } {
  if (!(error instanceof EsaError)) throw error;
  return { kind: 'unknown', problem: readProblem(error) };
}
