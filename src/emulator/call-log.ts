/** Writes down every call and how it ended; secrets and signatures never enter. */
import type { DecodedCall, Parameters } from './decoded-call.ts';

export interface CallRecord {
  /** Counts from 1 in the order of arrival. */
  readonly number: number;
  /** Arrival, as ISO time. */
  readonly time: string;
  readonly action: string;
  readonly method: string;
  readonly accessKeyId: string;
  readonly parameters: Parameters;
  readonly nonce: string;
  readonly requestId: string;
  readonly outcome: CallOutcome;
}

export interface CallOutcome {
  /**
   * How the answer went out: not yet; as a whole; the connection closed before it; closed after a part of it; a part of
   * it and then silence; without end; no answer.
   */
  readonly delivery: 'pending' | 'whole' | 'dropped' | 'cut' | 'stalled' | 'endless' | 'none';
  /** Whether the action was carried out, whatever the client was told. */
  readonly committed: boolean;
  /** HTTP status and code that were sent, or that would have been. */
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  /** The version that the call created. */
  readonly versionId?: string | undefined;
  /** How many a List said there are. */
  readonly totalCount?: number | undefined;
  /** The fault that hit it. */
  readonly fault?: string | undefined;
  readonly durationMs?: number | undefined;
}

/** Whether a call is the one that somebody waits for. */
export type CallTest = (call: CallRecord) => boolean;

interface Waiter {
  readonly test: CallTest;
  readonly resolve: (call: CallRecord) => void;
}

interface WritableRecord extends CallRecord {
  outcome: CallOutcome;
}

const secretParameters = ['Password', 'Signature', 'SecurityToken', 'AccessKeyId', 'OIDCToken'];

export class CallLog {
  #calls: WritableRecord[] = [];
  #last = 0;
  readonly #waiters = new Set<Waiter>();

  /** The newest `limit` calls are kept. */
  begin(call: DecodedCall, requestId: string, nowMs: number, limit: number): CallRecord {
    this.#last += 1;
    const record: WritableRecord = {
      number: this.#last,
      time: new Date(nowMs).toISOString(),
      action: call.action,
      method: call.method,
      accessKeyId: call.accessKeyId,
      parameters: withoutSecrets(call.parameters),
      nonce: call.nonce,
      requestId,
      outcome: { delivery: 'pending', committed: false },
    };
    this.#calls.push(record);
    if (this.#calls.length >= 2 * limit) this.#calls = this.#calls.slice(-limit);
    this.#tell(record);
    return record;
  }

  /** Adds to the outcome of a call. */
  note(record: CallRecord, outcome: Partial<CallOutcome>): void {
    const writable: WritableRecord = record;
    writable.outcome = { ...record.outcome, ...outcome };
    this.#tell(record);
  }

  calls(limit: number): readonly CallRecord[] {
    return this.#calls.length > limit ? this.#calls.slice(-limit) : [...this.#calls];
  }

  clear(): void {
    this.#calls = [];
  }

  /** The first call, already in the log or still to come, that passes the test; tested again when its outcome changes. */
  waitFor(test: CallTest): Promise<CallRecord> {
    const found = this.#calls.find(test);
    if (found !== undefined) return Promise.resolve(found);
    const { promise, resolve } = Promise.withResolvers<CallRecord>();
    this.#waiters.add({ test, resolve });
    return promise;
  }

  #tell(record: CallRecord): void {
    for (const waiter of this.#waiters) {
      if (!waiter.test(record)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(record);
    }
  }
}

function withoutSecrets(parameters: Parameters): Parameters {
  if (!secretParameters.some((name) => name in parameters)) return parameters;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      secretParameters.includes(name) ? '***' : value,
    ]),
  );
}
