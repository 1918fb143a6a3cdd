/** The versions that are to be deleted: each is read before and after, and one that does not carry its mark is left alone. */

import { AppLookups, type FoundVersion } from '../cloud/app-lookups.ts';
import type { Send } from '../cloud/call.ts';
import { deleteVersion } from '../cloud/operations/delete-version.ts';
import { classify } from '../core/errors/classify.ts';
import { EsaError } from '../core/errors/esa-error.ts';
import type { Reason } from '../kinds/edge-app-version/edge-app-version.ts';
import { runOf } from './own-mark.ts';

/** A version that is, or may be, still there, and why. */
export interface Remainder {
  readonly name: string;
  readonly versionId?: string;
  readonly why: string;
}

/** What keeps a version from being deleted; a lasting one is not worth waiting for. */
interface Obstacle {
  readonly why: string;
  readonly isLasting: boolean;
}

const notTried: Obstacle = { why: 'it was not deleted yet', isLasting: false };
const stillThere: Obstacle = { why: 'ESA took its deletion, but still shows it', isLasting: false };
const notOurs: Obstacle = {
  why: 'its name or its remarks are not those of a probe, so it is left alone',
  isLasting: true,
};

export class VersionRemover {
  readonly #send: Send;
  readonly #appId: string;
  readonly #lookups: AppLookups;
  /** By id. */
  readonly #there = new Map<string, Obstacle & { readonly name: string }>();

  constructor(send: Send, appId: string) {
    this.#send = send;
    this.#appId = appId;
    this.#lookups = new AppLookups(send, appId);
  }

  /** From now on the version is to be deleted, if it has this name and the mark to it. */
  add(versionId: string, name: string): void {
    if (!this.#there.has(versionId)) this.#there.set(versionId, { name, ...notTried });
  }

  get remainders(): readonly Remainder[] {
    return [...this.#there].map(([versionId, { name, why }]) => ({ name, versionId, why }));
  }

  get isEmpty(): boolean {
    return this.#there.size === 0;
  }

  /** Whether nothing is left but what cannot be deleted in a while either. */
  get isDone(): boolean {
    return [...this.#there.values()].every(({ isLasting }) => isLasting);
  }

  /** Tries once to delete each version. */
  async removeAll(): Promise<void> {
    for (const versionId of [...this.#there.keys()]) await this.remove(versionId);
  }

  /** @returns whether the version is gone */
  async remove(versionId: string): Promise<boolean> {
    const name = this.#there.get(versionId)?.name;
    if (name === undefined) return true;
    const obstacle = await this.#tryToRemove(versionId, name);
    if (obstacle === undefined) return this.#there.delete(versionId);
    this.#there.set(versionId, { name, ...obstacle });
    return false;
  }

  async #tryToRemove(versionId: string, name: string): Promise<Obstacle | undefined> {
    const found = await this.#lookups.withId(versionId);
    if (found.kind !== 'found') return obstacleOf(found);
    if (found.version.name !== name || runOf(found.version) === undefined) return notOurs;
    try {
      await this.#send(deleteVersion(this.#appId, versionId));
    } catch (error) {
      if (!(error instanceof EsaError)) throw error;
      const { cause, reason } = classify(error, 'delete');
      return { why: `its deletion ended with ${error.code}: ${cause}`, isLasting: isAboutKey(reason) };
    }
    const after = await this.#lookups.withId(versionId);
    return after.kind === 'found' ? stillThere : obstacleOf(after);
  }
}

function obstacleOf(found: Exclude<FoundVersion, { readonly kind: 'found' }>): Obstacle | undefined {
  if (found.kind === 'absent') return undefined;
  const { message, reason } = found.problem;
  return { why: `it could not be read: ${message}`, isLasting: isAboutKey(reason) };
}

function isAboutKey(reason: Reason): boolean {
  return reason === 'CredentialsInvalid' || reason === 'PermissionDenied';
}
