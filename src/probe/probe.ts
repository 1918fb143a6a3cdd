/** Asks an account the open questions, one after the other, and takes away all that it made for them. */

import { type Interceptor, intercepted, type Send } from '../cloud/call.ts';
import { operations } from '../cloud/operations.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { answerTo, withSafeFlag } from './answer-to.ts';
import { CallJournal, type CallRecord } from './call-journal.ts';
import { namePrefix, runIdFrom } from './own-mark.ts';
import { OwnVersions } from './own-versions.ts';
import { waitFor, whileThrottled } from './patience.ts';
import { type Answer, type Question, type QuestionContext, unknown } from './question.ts';
import { smallContainer } from './small-container.ts';
import { type Found, survey } from './survey.ts';
import { Unanswered } from './unanswered.ts';
import type { Remainder } from './version-remover.ts';

export interface ProbeOptions {
  readonly appId: string;
  readonly image: string;
  readonly failingImage: string | undefined;
  /** Sends calls with the key that is good now. */
  readonly send: Send;
  /** The same for calls that end as soon as they are sent. */
  readonly sendHangingUp: Send;
  readonly questions: readonly Question[];
  readonly clock: Clock;
  readonly random: Random;
  /** Stops the questions; what was created is deleted all the same. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface Answered extends Pick<Question, 'id' | 'asks' | 'assumes'> {
  readonly answer: Answer;
  readonly tookMs: number;
  readonly evidence: readonly CallRecord[];
}

export interface Survey extends Omit<Found, 'reached'> {
  readonly reached: Answered;
}

export interface ProbeReport {
  readonly appId: string;
  readonly runId: string;
  readonly answers: readonly Answered[];
  /** What could not be deleted. */
  readonly left: readonly Remainder[];
}

/** The longest that all questions together may take, and the clean-up after them. */
export const questionsLimitMs = 40 * 60_000;
export const cleanUpLimitMs = 5 * 60_000;

/** A version may have to be built before it can be deleted. */
const removalLimitMs = 10 * 60_000;
const stuck = 'not asked, as a version that the probe made cannot be deleted';

export class Probe {
  readonly runId: string;
  readonly #options: ProbeOptions;
  readonly #journal: CallJournal;
  readonly #send: Send;
  readonly #versions: OwnVersions;
  /** Of the question that is being asked, on the monotonic clock. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  #isStuck = false;

  constructor(options: ProbeOptions) {
    const { send, sendHangingUp, clock, random, appId } = options;
    this.#options = options;
    this.runId = runIdFrom(random.uuid());
    this.#journal = new CallJournal(clock);
    const { record } = this.#journal;
    this.#send = intercepted(send, [repeated(clock), record]);
    this.#versions = new OwnVersions({
      send: this.#send,
      sendHangingUp: intercepted(sendHangingUp, [record]),
      mayGoOn: () => this.#mayGoOn(),
      runId: this.runId,
      appId,
      clock,
      random,
    });
  }

  /** Reads the app and its versions. @throws EsaError where it cannot; Error where the list makes no sense */
  async survey(): Promise<Survey> {
    const startedMs = this.#options.clock.monotonicMs();
    const found = await survey(this.#send, this.#options.appId);
    return { ...found, reached: { ...found.reached, ...this.#endOf(startedMs) } };
  }

  /** Asks all questions; whatever comes of that, deletes what was made for them and what earlier runs left behind. */
  async run({ reached, leftovers }: Survey): Promise<ProbeReport> {
    const { appId } = this.#options;
    const answers = [reached];
    let left: readonly Remainder[] = [];
    try {
      for (const { versionId, name } of leftovers) this.#versions.remover.add(versionId, name);
      await this.#versions.remover.removeAll();
      for await (const answered of this.#askAll()) answers.push(answered);
    } finally {
      left = await this.#cleanUp();
    }
    return { appId, runId: this.runId, answers, left };
  }

  async *#askAll(): AsyncGenerator<Answered> {
    const { questions, onProgress, clock } = this.#options;
    const endMs = clock.monotonicMs() + questionsLimitMs;
    for (const [index, question] of questions.entries()) {
      const { id, asks, limitMs } = question;
      onProgress(`${index + 1}/${questions.length} ${id}: ${asks} (${limitMs / 60_000} minutes at most)`);
      const answered = await this.#ask(question, endMs);
      onProgress(`    ${answered.answer.kind}: ${answered.answer.says}`);
      yield answered;
    }
  }

  async #cleanUp(): Promise<readonly Remainder[]> {
    const { onProgress } = this.#options;
    onProgress(`deleting whatever is left of ${namePrefix(this.runId)}*`);
    const left = await this.#versions.cleanUp(cleanUpLimitMs);
    for (const { versionId, name, why } of left) onProgress(`    left: ${versionId ?? ''} ${name}: ${why}`);
    return left;
  }

  async #ask(question: Question, endMs: number): Promise<Answered> {
    const { clock } = this.#options;
    const { id, asks, assumes, creates, limitMs } = question;
    const startedMs = clock.monotonicMs();
    const whyNot = await this.#whyNotAsked(question, endMs - startedMs);
    this.#deadlineMs = Math.min(clock.monotonicMs() + limitMs, endMs);
    this.#versions.allow(creates);
    this.#journal.take();
    const answer = withSafeFlag(whyNot ?? (await answerTo(question, this.#context())), question);
    const end = this.#endOf(startedMs);
    await this.#versions.remover.removeAll();
    return { id, asks, assumes, answer, ...end };
  }

  #endOf(startedMs: number): Pick<Answered, 'tookMs' | 'evidence'> {
    const tookMs = Math.round(this.#options.clock.monotonicMs() - startedMs);
    return { tookMs, evidence: this.#journal.take() };
  }

  /** No version is created as long as an earlier one cannot be deleted. */
  async #whyNotAsked({ creates }: Question, limitMs: number): Promise<Answer | undefined> {
    const { clock, signal } = this.#options;
    if (creates === 0 || signal.aborted) return undefined;
    if (this.#isStuck) return unknown(stuck);
    const { remover } = this.#versions;
    const look = async () => {
      await remover.removeAll();
      return remover.isDone || undefined;
    };
    await waitFor(look, { clock, limitMs: Math.min(removalLimitMs, limitMs), signal });
    this.#isStuck = !remover.isEmpty && !signal.aborted;
    return this.#isStuck ? unknown(stuck) : undefined;
  }

  #context(): QuestionContext {
    const { appId, image, failingImage, clock, random, signal } = this.#options;
    const guard: Interceptor = (call, next) => {
      this.#mayGoOn();
      return next(call);
    };
    return {
      appId,
      image,
      failingImage,
      clock,
      send: intercepted(this.#send, [guard]),
      versions: this.#versions,
      waitFor: async (look, limitMs) => {
        const leftMs = Math.min(limitMs, this.#deadlineMs - clock.monotonicMs());
        const found = await waitFor(look, { clock, limitMs: leftMs, signal });
        if (found === undefined) this.#mayGoOn();
        return found;
      },
      pause: async (ms) => {
        await clock.sleep(ms, signal);
        this.#mayGoOn();
      },
      container: (changes) => smallContainer(image, changes),
      nonce: random.uuid(),
    };
  }

  #mayGoOn(): void {
    if (this.#options.signal.aborted) throw new Unanswered('the probe was stopped');
    if (this.#options.clock.monotonicMs() > this.#deadlineMs) throw new Unanswered('its time is over');
  }
}

/** Sends throttled calls again, but for creates: each of those is counted by who sends it. */
function repeated(clock: Clock): Interceptor {
  return (call, next) =>
    call.operation === operations.createVersion ? next(call) : whileThrottled(() => next(call), clock);
}
