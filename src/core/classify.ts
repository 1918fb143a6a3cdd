/** Says what an error of the cloud means: whose turn it is, whether a version may exist, and what to do. */
import type { ErrorClass, Reason } from './edge-app-version.ts';
import { type Effect, type ErrorTableEntry, errorTable } from './error-table.ts';
import type { EsaError } from './esa-error.ts';

export interface Classification {
  readonly class: ErrorClass;
  /** Whether the call may have changed something in the cloud; for reads always `none`. */
  readonly effect: Effect;
  readonly reason: Reason;
  readonly cause: string;
  readonly remedy: string;
  /** Show `cause` instead of the error's own message, which may hold parts of the signed request. */
  readonly redact: boolean;
  readonly refreshCredentialsOnce: boolean;
}

/** The kind of call that failed. A failure to get credentials before any call counts as `read`. */
export type Call = 'create' | 'read' | 'delete';

/** Judges `error` by the table: first its code, then the patterns, then its HTTP status. Every error has an answer. */
export function classify(error: EsaError, call: Call): Classification {
  const entry = entryFor(error);
  const errorClass = call === 'create' ? entry.class : (entry.classForReads ?? entry.class);
  const reason = reasonFor(entry, errorClass, call);
  return {
    class: errorClass,
    effect: call === 'read' ? 'none' : effectOf(error, entry),
    reason,
    cause: entry.cause,
    remedy: entry.remedy,
    redact: entry.redact ?? false,
    refreshCredentialsOnce: entry.refreshCredentialsOnce ?? false,
  };
}

function reasonFor(entry: ErrorTableEntry, errorClass: ErrorClass, call: Call): Reason {
  if (errorClass === 'Transient') return 'ProgressingWithRetry';
  return call === 'delete' && entry.reason === 'InvalidRequest' ? 'DeleteRefused' : entry.reason;
}

/** An answer of ESA refuses for sure only by a 4xx: a 5xx or a success proves nothing, whatever its code. */
function effectOf({ httpStatus }: EsaError, entry: ErrorTableEntry): Effect {
  const isFromEsa = httpStatus !== undefined && entry.outage === undefined;
  return isFromEsa && !isRefusal(httpStatus) ? 'unknown' : entry.effect;
}

function entryFor(error: EsaError): ErrorTableEntry {
  const { code, httpStatus } = error;
  const isNamed = code !== noCode || httpStatus === undefined;
  const entry = (isNamed ? entryByCode(code) : undefined) ?? entryByStatus(httpStatus);
  if (entry.outage) return isOutage(error) ? { ...entry, ...entry.outage } : entry;
  return httpStatus === 429 && entry.class !== 'Throttled' ? entryByStatus(httpStatus) : entry;
}

/** Whether the issuer of credentials failed instead of refusing: by its HTTP status or, without one, its code. */
function isOutage({ httpStatus, data }: EsaError): boolean {
  if (httpStatus !== undefined) return httpStatus === 429 || !isRefusal(httpStatus);
  const answered = typeof data?.Code === 'string' ? entryByCode(data.Code) : undefined;
  return answered !== undefined && answered.class !== 'Configuration' && answered.class !== 'Terminal';
}

/** Stands for the code of a JSON answer that has none. */
const noCode = 'undefined';

const entriesByCode = new Map(errorTable.map((entry) => [entry.code.toLowerCase(), entry]));

const codePatterns = errorTable
  .filter(({ match, field }) => match === 'pattern' && field === undefined)
  .map((entry) => ({ entry, pattern: new RegExp(entry.pattern ?? '', 'i') }));

function entryByCode(code: string): ErrorTableEntry | undefined {
  const named = entriesByCode.get(code.toLowerCase());
  return named ?? codePatterns.find(({ pattern }) => pattern.test(code))?.entry;
}

function entryByStatus(httpStatus: number | undefined): ErrorTableEntry {
  return requireEntry(ruleFor(httpStatus));
}

function ruleFor(httpStatus: number | undefined): string {
  if (httpStatus === undefined || httpStatus < 400) return '(no HTTP status, unknown error)';
  if (httpStatus === 429) return '(429 with unknown code)';
  return isRefusal(httpStatus) ? '(4xx with unknown code)' : '(408 or 5xx with unknown code)';
}

function isRefusal(httpStatus: number): boolean {
  return httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408;
}

function requireEntry(code: string): ErrorTableEntry {
  const entry = entriesByCode.get(code.toLowerCase());
  if (entry === undefined) throw new Error(`error-table.json has no entry ${code}`);
  return entry;
}
