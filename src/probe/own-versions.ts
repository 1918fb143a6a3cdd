/** The versions that this run makes: it knows of each before it exists, and deletes no other. */
import { AppLookups, type FoundVersion } from '../controller/app-lookups.ts';
import { classify } from '../core/classify.ts';
import type { WireContainer } from '../core/create-request.ts';
import { EsaError } from '../core/esa-error.ts';
import type { Clock, EsaApi, Random, VersionSummary } from '../ports.ts';
import { judgeFailure, type Outcome, outcomeOf } from './outcome.ts';
import { markOf, namePrefix, runOf } from './own-mark.ts';
import { waitFor, whileThrottled } from './patience.ts';
import { Unanswered } from './question.ts';

export interface OwnVersionsOptions {
  readonly api: EsaApi;
  /** The same API, whose calls end as soon as they are sent. */
  readonly hangingUp: EsaApi;
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

/** A version that is, or may be, still there, and why. */
export interface Remainder {
  readonly name: string;
  readonly versionId?: string;
  readonly why: string;
}

/** A create of which nobody knows whether it made a version. */
interface OpenCreate {
  readonly name: string;
  readonly sentMs: number;
}

const notOurs = 'its name or its remarks are not those of a probe, so it is left alone';

/** How long a create without an answer may take until it shows, before the search for it ends. */
const lateEffectMs = 60_000;

export class OwnVersions {
  readonly #options: OwnVersionsOptions;
  readonly #lookups: AppLookups;
  /** By id: created, or found as left behind, and not surely gone. */
  readonly #there = new Map<string, Remainder>();
  readonly #open = new Set<OpenCreate>();
  #createsLeft = 0;

  constructor(options: OwnVersionsOptions) {
    this.#options = options;
    this.#lookups = new AppLookups(options.api, options.appId);
  }

  /** How many versions are there that could not be deleted yet. */
  get left(): number {
    return this.#there.size;
  }

  /** Whether a version came back without the name or the mark that it was given, so that none can be known again. */
  get areUnknowable(): boolean {
    return [...this.#there.values()].some(({ why }) => why === notOurs);
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
    return whileThrottled(() => this.#send(this.#options.api, content), this.#options.clock);
  }

  /** A create whose refusal is an answer. */
  tryCreate(content: Content): Promise<Outcome<Created>> {
    return outcomeOf(this.create(content), 'create');
  }

  /** Two creates at the same time. */
  tryCreateTwice(content: Content): Promise<readonly Outcome<Created>[]> {
    const send = () => outcomeOf(this.#send(this.#options.api, content), 'create');
    return Promise.all([send(), send()]);
  }

  /** Sends a create and leaves. @throws Unanswered if its answer came all the same */
  async createAndHangUp(content: Content): Promise<void> {
    const outcome = await outcomeOf(this.#send(this.#options.hangingUp, content), 'create');
    if (outcome.kind !== 'unclear') throw new Unanswered('the answer came before the connection was closed');
  }

  /** Takes over what an earlier run left behind, to be deleted with the rest. */
  takeOver(versions: readonly VersionSummary[]): void {
    for (const { versionId, name } of versions) this.#keep(versionId, name, 'it was not deleted yet');
  }

  /** Tries once to delete each version. */
  async removeAll(): Promise<void> {
    for (const versionId of [...this.#there.keys()]) await this.remove(versionId);
  }

  /**
   * Reads the version and deletes it, if it still has the name and the mark that it was given.
   * @returns whether it is gone
   */
  async remove(versionId: string): Promise<boolean> {
    const name = this.#there.get(versionId)?.name;
    if (name === undefined) return true;
    const found = await this.#lookups.withId(versionId);
    if (found.kind === 'found' && !(found.version.name === name && runOf(found.version)))
      return this.#keep(versionId, name, notOurs);
    const problem = found.kind === 'found' ? await this.#delete(versionId) : withProblem(found);
    if (problem !== undefined) return this.#keep(versionId, name, problem);
    return this.#there.delete(versionId);
  }

  /** Deletes all versions of this run, also those that show late. @returns what is left after `limitMs` */
  async cleanUp(limitMs: number): Promise<readonly Remainder[]> {
    const { clock } = this.#options;
    let unread: string | undefined;
    await waitFor(
      async () => {
        unread = await this.#discover();
        await this.removeAll();
        const isWaiting = [...this.#open].some(({ sentMs }) => clock.monotonicMs() - sentMs < lateEffectMs);
        return unread === undefined && this.#there.size === 0 && !isWaiting ? true : undefined;
      },
      { clock, limitMs },
    );
    const mayShow = [...this.#open].map(({ name }) => ({
      name,
      why: 'its create had no answer; it may still show',
    }));
    const unlisted =
      unread === undefined ? [] : [{ name: this.nameOf('*'), why: `the list is unknown: ${unread}` }];
    return [...this.#there.values(), ...mayShow, ...unlisted];
  }

  /** @returns why the app could not be listed */
  async #discover(): Promise<string | undefined> {
    const lookup = await this.#lookups.list();
    if (lookup.kind === 'unknown') return lookup.problem.message;
    for (const version of lookup.versions) {
      if (runOf(version) === this.#options.runId) this.takeOver([version]);
      for (const create of this.#open) if (create.name === version.name) this.#open.delete(create);
    }
    return undefined;
  }

  async #delete(versionId: string): Promise<string | undefined> {
    const { api, appId } = this.#options;
    const outcome = await outcomeOf(api.deleteVersion(appId, versionId), 'delete');
    if (outcome.kind === 'done') return undefined;
    return outcome.kind === 'unclear' ? outcome.why : `its deletion was refused with ${outcome.code}`;
  }

  #keep(versionId: string, name: string, why: string): false {
    this.#there.set(versionId, { name, versionId, why });
    return false;
  }

  async #send(api: EsaApi, { label, containers, remarks = '', nonce }: Content): Promise<Created> {
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
      const { versionId } = await api.createVersion(request, nonce ?? random.uuid());
      this.#keep(versionId, create.name, 'it was not deleted yet');
      this.#open.delete(create);
      return { versionId, name: create.name };
    } catch (error) {
      if (!mayHaveCreated(error)) this.#open.delete(create);
      throw error;
    }
  }
}

function withProblem(found: Exclude<FoundVersion, { readonly kind: 'found' }>): string | undefined {
  return found.kind === 'absent' ? undefined : `it could not be read: ${found.problem.message}`;
}

/** Nothing was sent, or it was refused. */
function mayHaveCreated(error: unknown): boolean {
  if (!(error instanceof EsaError)) return false;
  return judgeFailure(error, 'create').kind === 'unclear' && classify(error, 'create').effect === 'unknown';
}
