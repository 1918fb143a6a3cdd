/** Writes down every call with how it ended: the evidence of an answer. */
import type { Around, CallSubject } from '../cloud/around-calls.ts';
import type { Clock } from '../core/clock.ts';
import { EsaError } from '../core/errors/esa-error.ts';

export interface CallRecord extends CallSubject {
  /** ISO time. */
  readonly sentAt: string;
  readonly tookMs: number;
  readonly requestId?: string | undefined;
  readonly versionId?: string | undefined;
  /** Of a call that failed. */
  readonly code?: string | undefined;
  readonly httpStatus?: number | undefined;
}

export class CallJournal {
  readonly #clock: Clock;
  #records: CallRecord[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All since the last time. */
  take(): readonly CallRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  readonly record: Around = async (subject, call) => {
    const startedMs = this.#clock.monotonicMs();
    const sentAt = new Date(this.#clock.wallMs()).toISOString();
    const note = (end: Omit<CallRecord, keyof CallSubject | 'sentAt' | 'tookMs'>): void => {
      const tookMs = Math.round(this.#clock.monotonicMs() - startedMs);
      this.#records.push({ ...subject, sentAt, tookMs, ...end });
    };
    try {
      const answer = await call();
      const { requestId, versionId } = answer as Pick<CallRecord, 'requestId' | 'versionId'>;
      note({ requestId, versionId });
      return answer;
    } catch (error) {
      if (error instanceof EsaError) {
        const { code, httpStatus, requestId } = error;
        note({ code, httpStatus, requestId });
      }
      throw error;
    }
  };
}
