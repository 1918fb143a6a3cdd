/** What the operators asked of the cloud, as seen from outside: the evidence for the invariants. */

import type { VersionPage } from '../../src/cloud/operations/list-versions.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';
import type { SimulatedProcess } from './process.ts';

export interface Post {
  readonly nonce: string;
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly atMs: number;
  /** Another process held the lease when it was sent, or nobody. */
  readonly isUsurped: boolean;
  /** The cloud surely did nothing, and the caller has learned it. */
  isRefused: boolean;
}

/** A listing or a search whose answer arrived. */
export interface Listing {
  readonly atMs: number;
  readonly process: SimulatedProcess;
  readonly page: VersionPage;
  /** Undefined for a whole listing. */
  readonly searchName: string | undefined;
}

export class History {
  readonly posts: Post[] = [];
  readonly listings: Listing[] = [];
  /** Versions whose delete was sent long after their object was known to keep them. */
  readonly unwantedDeletes: string[] = [];
  #attempts = 0;
  #processes = 0;

  newAttemptId(): string {
    this.#attempts += 1;
    return `attempt-${this.#attempts}`;
  }

  newIdentity(): string {
    this.#processes += 1;
    return `process-${this.#processes}`;
  }

  posted(post: Omit<Post, 'isRefused'>): void {
    this.posts.push({ ...post, isRefused: false });
  }

  listed(listing: Listing): void {
    this.listings.push(listing);
  }

  async answered<T>(nonce: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const post = this.posts.findLast((candidate) => candidate.nonce === nonce);
      if (post && error instanceof EsaError && classify(error, 'create').effect === 'none')
        post.isRefused = true;
      throw error;
    }
  }
}
