/** The versions that this run makes: it knows of each before it exists, and deletes no other. */

import { AppLookups } from '../cloud/app-lookups.ts';
import type { Send } from '../cloud/call.ts';
import type { WireContainer } from '../cloud/create-request.ts';
import { createVersion } from '../cloud/operations/create-version.ts';
import type { Clock } from '../core/clock.ts';
import { classify } from '../core/errors/classify.ts';
import { EsaError } from '../core/errors/esa-error.ts';
import type { Random } from '../core/random.ts';
import { judgeFailure, type Outcome, outcomeOf } from './outcome.ts';
import { markOf, namePrefix, runOf } from './own-mark.ts';
import { isThrottled, waitFor, whileThrottled } from './patience.ts';
import { Unanswered } from './unanswered.ts';
import { type Remainder, VersionRemover } from './version-remover.ts';

export interface OwnVersionsOptions {
  readonly send: Send;
  /** Sends calls that end as soon as they are sent. */
  readonly sendHangingUp: Send;
  readonly appId: string;
  readonly runId: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Asked before each create. @throws Unanswered once none may be sent any more */
  readonly mayGoOn: () => void;
}

export interface Content {
  /** Is the end of the name; the same label twice is the same name twice. */
  readonly label: string;
  readonly containers: readonly WireContainer[];
  /** Comes after the mark. */
  readonly remarks?: string;
  /** Of the signature; a fresh one where absent. */
  readonly nonce?: string;
}

export interface Created {
  readonly versionId: string;
  readonly name: string;
}

/** A create of which nobody knows whether it made a version. */
interface OpenCreate {
  readonly name: string;
  readonly sentMs: number;
}

/** How long a create without an answer may take until it shows, before the search for it ends. */
const lateEffectMs = 60_000;

export class OwnVersions {
  readonly remover: VersionRemover;
  readonly #options: OwnVersionsOptions;
  readonly #lookups: AppLookups;
  readonly #createdIds = new Set<string>();
  readonly #open = new Set<OpenCreate>();
  #createsLeft = 0;

  constructor(options: OwnVersionsOptions) {
    this.#options = options;
    this.#lookups = new AppLookups(options.send, options.appId);
    this.remover = new VersionRemover(options.send, options.appId);
  }

  /** How many creates may still be sent. */
  allow(creates: number): void {
    this.#createsLeft = creates;
  }

  nameOf(label: string): string {
    return namePrefix(this.#options.runId) + label;
  }

  /** Sends one create, again only if it was throttled. @throws EsaError, and Unanswered beyond what is allowed */
  create(content: Content): Promise<Created> {
    return whileThrottled(() => this.#create(this.#options.send, content), this.#options.clock);
  }

  /** A create whose refusal is an answer. */
  tryCreate(content: Content): Promise<Outcome<Created>> {
    return outcomeOf(this.create(content), 'create');
  }

  /** Two creates at the same time. */
  tryCreateTwice(content: Content): Promise<readonly Outcome<Created>[]> {
    const send = () => outcomeOf(this.#create(this.#options.send, content), 'create');
    return Promise.all([send(), send()]);
  }

  /** Sends a create and leaves. @throws Unanswered if its answer came all the same */
  async createAndHangUp(content: Content): Promise<void> {
    const outcome = await outcomeOf(this.#create(this.#options.sendHangingUp, content), 'create');
    if (outcome.kind !== 'unclear') throw new Unanswered('the answer came before the connection was closed');
  }

  /** Deletes all versions of this run, also those that show late. @returns what is left, after `limitMs` at most */
  async cleanUp(limitMs: number): Promise<readonly Remainder[]> {
    let unread: string | undefined;
    const tryOnce = async () => {
      unread = await this.#discover();
      await this.remover.removeAll();
      return (unread === undefined && this.remover.isDone && !this.#awaitsOpen()) || undefined;
    };
    await waitFor(tryOnce, { clock: this.#options.clock, limitMs });
    const unlisted = { name: this.nameOf('*'), why: `the list is unknown: ${unread}` };
    return [...this.remover.remainders, ...this.#mayShow(), ...(unread === undefined ? [] : [unlisted])];
  }

  #awaitsOpen(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    return [...this.#open].some(({ sentMs }) => nowMs - sentMs < lateEffectMs);
  }

  #mayShow(): Remainder[] {
    return [...this.#open].map(({ name }) => ({ name, why: 'its create had no answer; it may still show' }));
  }

  /** @returns why the app could not be listed */
  async #discover(): Promise<string | undefined> {
    const lookup = await this.#lookups.list();
    if (lookup.kind === 'unknown') return lookup.problem.message;
    for (const version of lookup.versions) {
      if (runOf(version) !== this.#options.runId) continue;
      this.remover.add(version.versionId, version.name);
      if (!this.#createdIds.has(version.versionId)) this.#close(version.name);
    }
    return undefined;
  }

  /** The version of a create without an answer has shown. */
  #close(name: string): void {
    for (const create of this.#open) if (create.name === name) this.#open.delete(create);
  }

  async #create(send: Send, { label, containers, remarks = '', nonce }: Content): Promise<Created> {
    const { appId, runId, clock, random, mayGoOn } = this.#options;
    mayGoOn();
    if (this.#createsLeft === 0) throw new Unanswered('it would need more creates than were announced');
    this.#createsLeft -= 1;
    const create: OpenCreate = { name: this.nameOf(label), sentMs: clock.monotonicMs() };
    const request = {
      AppId: appId,
      Name: create.name,
      Remarks: markOf(runId) + remarks,
      Containers: containers,
    };
    this.#open.add(create);
    try {
      const { versionId } = await send(createVersion(request, nonce ?? random.uuid()));
      this.#createdIds.add(versionId);
      this.remover.add(versionId, create.name);
      this.#open.delete(create);
      return { versionId, name: create.name };
    } catch (error) {
      if (!mayHaveCreated(error)) this.#open.delete(create);
      if (isThrottled(error)) this.#createsLeft += 1;
      throw error;
    }
  }
}

/** Nothing was sent, or it was refused. */
function mayHaveCreated(error: unknown): boolean {
  if (!(error instanceof EsaError)) return false;
  return judgeFailure(error, 'create').kind === 'unclear' && classify(error, 'create').effect === 'unknown';
}
