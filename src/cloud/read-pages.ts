/** Reads the pages of one listing until its total is reached, within bounds on what may come. */
import { ownProblem, type Problem } from '../core/errors/problem.ts';
import type { VersionPage } from './operations/list-versions.ts';
import type { VersionSummary } from './operations/version-summary.ts';
import { operations } from './operations.ts';

export type Listing =
  | { readonly kind: 'complete'; readonly versions: readonly VersionSummary[] }
  /** It proves nothing. */
  | { readonly kind: 'incomplete'; readonly why: string };

export const listingIncomplete = (why: string): Problem =>
  ownProblem('ProgressingWithRetry', 'Transient', {
    operation: operations.listVersions,
    code: 'IncompleteListing',
    message: why,
    cause: 'The list of versions changed while it was read or did not add up, so it proves nothing.',
    remedy: 'None needed: the operator reads it again.',
  });

const mostVersions = 100_000;
/** A cloud that gives 20 a page, whatever is asked, can so have 20,000 versions in an app. */
const mostPages = 1_000;
/** In characters of names and remarks. */
const mostText = 64 * 1024 * 1024;

/**
 * Goes by what comes, not by the page size that was asked for. A listing is complete if the total is the same on every
 * page and equals the number of distinct ids.
 */
export async function readPages(readPage: (pageNumber: number) => Promise<VersionPage>): Promise<Listing> {
  const listed = new Listed();
  for (let pages = 1; ; pages += 1) {
    const why =
      listed.add(await readPage(pages)) ?? (pages === mostPages ? tooMany('pages', mostPages) : undefined);
    if (listed.isComplete) return { kind: 'complete', versions: listed.versions };
    if (why !== undefined) return { kind: 'incomplete', why };
  }
}

class Listed {
  readonly #versions = new Map<string, VersionSummary>();
  #total: number | undefined;
  #text = 0;
  #isSound = true;

  get versions(): readonly VersionSummary[] {
    return [...this.#versions.values()];
  }

  get isComplete(): boolean {
    return this.#isSound && this.#versions.size === this.#total;
  }

  /** @returns why no further page can make the listing complete, if so */
  add(page: VersionPage): string | undefined {
    const why = this.#whyNot(page);
    this.#isSound = why === undefined;
    return why;
  }

  #whyNot({ totalCount, versions }: VersionPage): string | undefined {
    const before = this.#versions.size;
    this.#total ??= totalCount;
    const total = this.#total;
    if (totalCount !== total) return `the total went from ${total} to ${totalCount}`;
    if (total > mostVersions) return tooMany(`versions, which are ${total}`, mostVersions);
    for (const version of versions) this.#keep(version);
    const { size } = this.#versions;
    if (this.#text > mostText) return tooMany('characters', mostText);
    const isStuck = size < total && size === before;
    return size > total || isStuck ? `the total is ${total}, but ${size} were listed` : undefined;
  }

  #keep(version: VersionSummary): void {
    if (!this.#versions.has(version.versionId)) this.#text += version.name.length + version.remarks.length;
    this.#versions.set(version.versionId, version);
  }
}

function tooMany(what: string, most: number): string {
  return `the list has too many ${what}: at most ${most.toLocaleString('en-US')} are read`;
}
