/** Asks an account the open questions, one after the other, and takes away all that it made for them. */
import { AppLookups } from '../controller/app-lookups.ts';
import { EsaError } from '../core/esa-error.ts';
import type { Clock, EsaApi, Random, VersionSummary } from '../ports.ts';
import { type Around, aroundCalls } from './around-calls.ts';
import { CallJournal, type CallRecord } from './call-journal.ts';
import { judgeFailure } from './outcome.ts';
import { namePrefix, runIdFrom, runOf } from './own-mark.ts';
import { OwnVersions, type Remainder } from './own-versions.ts';
import { waitFor, whileThrottled } from './patience.ts';
import {
  type Answer,
  confirmed,
  type Question,
  type QuestionContext,
  Unanswered,
  unknown,
} from './question.ts';
import { smallContainer } from './small-container.ts';

export interface ProbeOptions {
  readonly appId: string;
  readonly image: string;
  readonly failingImage: string | undefined;
  /** Gives the cloud's API with a key that is good now. */
  readonly connect: () => Promise<EsaApi>;
  /** The same, whose calls end as soon as they are sent. */
  readonly connectHangingUp: () => Promise<EsaApi>;
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

/** What is there before anything is created. */
export interface Survey {
  /** The first answer: that the endpoint answers and the key is taken. */
  readonly reached: Answered;
  readonly listed: number;
  /** Versions that an earlier run did not delete. */
  readonly leftovers: readonly VersionSummary[];
}

export interface ProbeReport {
  readonly appId: string;
  readonly runId: string;
  readonly answers: readonly Answered[];
  /** What could not be deleted. */
  readonly left: readonly Remainder[];
}

const reach = {
  id: 'reach',
  asks: 'Does the endpoint answer, and are key and signature right?',
  assumes: 'ACS3-HMAC-SHA256 with the AccessKey, as documented.',
};

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
  readonly #api: EsaApi;
  readonly #versions: OwnVersions;
  /** Of the question that is being asked, on the monotonic clock. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  #isStuck = false;

  constructor(options: ProbeOptions) {
    const { connect, connectHangingUp, clock, random, appId } = options;
    this.#options = options;
    this.runId = runIdFrom(random.uuid());
    this.#journal = new CallJournal(clock);
    this.#api = aroundCalls(connect, this.#journal.record);
    this.#versions = new OwnVersions({
      api: this.#api,
      hangingUp: aroundCalls(connectHangingUp, this.#journal.record),
      mayGoOn: () => this.#mayGoOn(),
      runId: this.runId,
      ...{ appId, clock, random },
    });
  }

  /** Reads the app and its versions. @throws EsaError where it cannot; Error where the list makes no sense */
  async survey(): Promise<Survey> {
    const { appId, clock } = this.#options;
    const startedMs = clock.monotonicMs();
    await whileThrottled(() => this.#api.getApp(appId), clock);
    const lookup = await new AppLookups(this.#api, appId).list();
    if (lookup.kind === 'unknown')
      throw new Error(`the versions of ${appId} are unknown: ${lookup.problem.message}`);
    const { length: listed } = lookup.versions;
    const says = `the app is there, with ${listed} versions`;
    return {
      reached: { ...reach, answer: confirmed(says), ...this.#endOf(startedMs) },
      listed,
      leftovers: lookup.versions.filter((version) => runOf(version) !== undefined),
    };
  }

  /** Asks all questions, then deletes what was made for them and what earlier runs left behind. */
  async run({ reached, leftovers }: Survey): Promise<ProbeReport> {
    const { appId, questions, onProgress, clock } = this.#options;
    this.#versions.takeOver(leftovers);
    await this.#versions.removeAll();
    const endMs = clock.monotonicMs() + questionsLimitMs;
    const answers = [reached];
    for (const [index, question] of questions.entries()) {
      onProgress(`${index + 1}/${questions.length} ${question.id}: ${question.asks}`);
      const answered = await this.#ask(question, endMs);
      onProgress(`    ${answered.answer.kind}: ${answered.answer.says}`);
      answers.push(answered);
    }
    onProgress(`deleting whatever is left of ${namePrefix(this.runId)}*`);
    return { appId, runId: this.runId, answers, left: await this.#versions.cleanUp(cleanUpLimitMs) };
  }

  async #ask(question: Question, endMs: number): Promise<Answered> {
    const { clock } = this.#options;
    const { id, asks, assumes, creates, limitMs } = question;
    const startedMs = clock.monotonicMs();
    const whyNot = await this.#whyNotAsked(question);
    this.#deadlineMs = Math.min(clock.monotonicMs() + limitMs, endMs);
    this.#versions.allow(creates);
    this.#journal.take();
    const answer = withSafeFlag(whyNot ?? (await answerOf(question, this.#context())), question);
    const end = this.#endOf(startedMs);
    await this.#versions.removeAll();
    return { id, asks, assumes, answer, ...end };
  }

  #endOf(startedMs: number): Pick<Answered, 'tookMs' | 'evidence'> {
    const tookMs = Math.round(this.#options.clock.monotonicMs() - startedMs);
    return { tookMs, evidence: this.#journal.take() };
  }

  /** No version is created as long as an earlier one cannot be deleted. */
  async #whyNotAsked({ creates }: Question): Promise<Answer | undefined> {
    if (creates === 0) return undefined;
    if (this.#isStuck) return unknown(stuck);
    const { clock, signal } = this.#options;
    const look = async () => {
      await this.#versions.removeAll();
      return this.#versions.left === 0 || this.#versions.areUnknowable || undefined;
    };
    await waitFor(look, { clock, limitMs: removalLimitMs, signal });
    this.#isStuck = this.#versions.left > 0;
    return this.#isStuck ? unknown(stuck) : undefined;
  }

  #context(): QuestionContext {
    const { appId, image, failingImage, clock, random, signal } = this.#options;
    const guard: Around = (_, call) => {
      this.#mayGoOn();
      return whileThrottled(call, clock);
    };
    return {
      ...{ appId, image, failingImage, clock },
      api: aroundCalls(async () => this.#api, guard),
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

/** Nothing is taken for proven that was not seen. */
function withSafeFlag(answer: Answer, { safeFlag }: Question): Answer {
  return answer.kind === 'unknown' ? { ...answer, flag: safeFlag } : answer;
}

async function answerOf(question: Question, context: QuestionContext): Promise<Answer> {
  try {
    return await question.run(context);
  } catch (error) {
    if (error instanceof Unanswered) return unknown(error.message);
    if (error instanceof EsaError) return unknown(whyFailed(error));
    throw error;
  }
}

function whyFailed(error: EsaError): string {
  const failure = judgeFailure(error, 'read');
  return failure.kind === 'unclear' ? failure.why : `${error.operation} was refused with ${error.code}`;
}
