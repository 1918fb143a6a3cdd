/** Says what an error of the cloud means: whose turn it is, whether a version may exist, and what to do. */
import {
  type Call,
  type Effect,
  type ErrorClass,
  type ErrorReason,
  type ErrorTableEntry,
  errorTable,
  type Texts,
  textsOf,
} from './error-table.ts';
import { type EsaError, noCode } from './esa-error.ts';

export type { Call } from './error-table.ts';

export interface Classification extends Texts {
  readonly class: ErrorClass;
  /** Whether the call may have changed something in the cloud; for reads always `none`. */
  readonly effect: Effect;
  readonly reason: ErrorReason;
  /** How often a read that fails so is tried, within minutes, before the class counts; 0 for other calls. */
  readonly triesBefore: number;
  /** What is said instead where the call was made to delete the object's version. */
  readonly inDeletion: Texts;
}

/** Judges `error` by the table: first its code, then the patterns, then its HTTP status. Every error has an entry. */
export function classify(error: EsaError, call: Call): Classification {
  const entry = entryFor(error);
  const errorClass = call === 'create' ? entry.class : (entry.classForReads ?? entry.class);
  const reason = reasonFor(entry, errorClass, call);
  const texts = textsOf(entry, call);
  return {
    class: errorClass,
    effect: call === 'read' ? 'none' : effectOf(error, entry),
    reason,
    ...texts,
    inDeletion: { cause: texts.cause, remedy: textsOf(entry, 'delete').remedy },
    triesBefore: call === 'read' ? (entry.triesOfReads ?? 0) : 0,
  };
}

function reasonFor(entry: ErrorTableEntry, errorClass: ErrorClass, call: Call): ErrorReason {
  if (errorClass === 'Transient') return 'ProgressingWithRetry';
  return call === 'delete' && entry.reason === 'InvalidRequest' ? 'DeleteRefused' : entry.reason;
}

/** What was sent is refused for sure only by a 4xx: a success, a redirect, a conflict or a 5xx proves nothing. */
function effectOf({ httpStatus, isUnsent }: EsaError, entry: ErrorTableEntry): Effect {
  if (isUnsent) return 'none';
  return httpStatus === undefined || isRefusal(httpStatus) ? entry.effect : 'unknown';
}

function entryFor(error: EsaError): ErrorTableEntry {
  const { code, httpStatus } = error;
  const named = code === noCode ? undefined : entryForCode(code);
  if (error.isUnsent) return entryOfUnsent(code, named);
  const isThrottled = httpStatus === 429 && named?.class !== 'Throttled';
  const byName = isThrottled ? undefined : named;
  const entry = byName ?? entryByRule(ruleFor(httpStatus));
  return entry.yieldsToWait && namesWait(error) ? entryByRule('(4xx that names a wait)') : entry;
}

function namesWait({ httpStatus, retryAfterMs }: EsaError): boolean {
  return httpStatus !== undefined && retryAfterMs !== undefined && isRefusal(httpStatus);
}

/** What failed before a byte of the request was written is not sent, whatever its name. */
function entryOfUnsent(code: string, named: ErrorTableEntry | undefined): ErrorTableEntry {
  if (named?.effect === 'none') return named;
  const tls = entryByRule('(not sent, TLS)');
  return new RegExp(tls.pattern ?? '').test(code) ? tls : entryByRule('(not sent)');
}

/** Those that a rule picks are no codes: what the cloud sends is never compared with them. */
const entriesByCode = new Map(
  errorTable.filter(({ match }) => match !== 'condition').map((entry) => [entry.code.toLowerCase(), entry]),
);

const entriesByRule = new Map(
  errorTable.filter(({ match }) => match === 'condition').map((entry) => [entry.code, entry]),
);

const codePatterns = errorTable
  .filter(({ match }) => match === 'pattern')
  .map((entry) => ({ entry, pattern: new RegExp(entry.pattern ?? '', 'i') }));

/** The entry of a code, or of the family that it belongs to; undefined for one that only its HTTP status can judge. */
export function entryForCode(code: string): ErrorTableEntry | undefined {
  const named = entriesByCode.get(code.toLowerCase());
  return named ?? codePatterns.find(({ pattern }) => pattern.test(code))?.entry;
}

function ruleFor(httpStatus: number | undefined): string {
  if (httpStatus === undefined) return '(no HTTP status, unknown error)';
  if (httpStatus < 400) return '(2xx or 3xx that is no success)';
  if (httpStatus === 409) return '(409 with unknown code)';
  if (httpStatus === 429) return '(429 with unknown code)';
  return isRefusal(httpStatus) ? '(4xx with unknown code)' : '(408 or 5xx with unknown code)';
}

/** A server that met a time-out or a conflict may have begun to work. */
function isRefusal(httpStatus: number): boolean {
  return httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408 && httpStatus !== 409;
}

function entryByRule(rule: string): ErrorTableEntry {
  const entry = entriesByRule.get(rule);
  if (entry === undefined) throw new Error(`error-table.json has no entry ${rule}`);
  return entry;
}
