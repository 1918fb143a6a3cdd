/** Writes down every call with how it ended: the evidence of an answer. */
import type { Call, Interceptor } from '../cloud/call.ts';
import type { Clock } from '../core/clock.ts';
import { EsaError } from '../core/errors/esa-error.ts';

export interface CallRecord extends Pick<Call<unknown>, 'operation' | 'about'> {
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

  readonly record: Interceptor = async (call, next) => {
    const startedMs = this.#clock.monotonicMs();
    const sentAt = new Date(this.#clock.wallMs()).toISOString();
    const { operation, about } = call;
    const note = (end: Omit<CallRecord, 'operation' | 'about' | 'sentAt' | 'tookMs'>): void => {
      const tookMs = Math.round(this.#clock.monotonicMs() - startedMs);
      this.#records.push({ operation, about, sentAt, tookMs, ...end });
    };
    try {
      const result = await next(call);
      const { requestId, versionId } = result as Pick<CallRecord, 'requestId' | 'versionId'>;
      note({ requestId, versionId });
      return result;
    } catch (error) {
      if (error instanceof EsaError) {
        const { code, httpStatus, requestId } = error;
        note({ code, httpStatus, requestId });
      }
      throw error;
    }
  };
}
