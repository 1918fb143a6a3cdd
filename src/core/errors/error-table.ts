/** `error-table.json` with its types: what is known about each error code of the cloud and of the way to it. */
import table from './error-table.json' with { type: 'json' };

/** What an error asks for, see docs/errors.md. */
export type ErrorClass = 'Terminal' | 'Configuration' | 'Transient' | 'Throttled' | 'Ambiguous';

/** The reasons of conditions that follow from an error of the cloud, for every kind. */
export type ErrorReason =
  | 'Ambiguous'
  | 'Throttled'
  | 'ProgressingWithRetry'
  | 'CredentialsInvalid'
  | 'PermissionDenied'
  | 'AppNotFound'
  | 'InvalidRequest'
  | 'DeleteRefused';

export interface ErrorTableEntry {
  /** As the cloud or the library spells it; in round brackets for an entry that a rule picks (`match: condition`). */
  readonly code: string;
  /** The status that comes with it, and others that were seen: for people and the emulator, not for matching. */
  readonly httpStatus?: number;
  readonly otherHttpStatus?: readonly number[];
  /** Absent: the code is compared, whatever its case. */
  readonly match?: 'pattern' | 'condition';
  /** Compared with the code, whatever its case. Of several that fit, the first in the table counts. */
  readonly pattern?: string;
  readonly class: ErrorClass;
  /** The class for calls that change nothing, or that can be repeated. */
  readonly classForReads?: ErrorClass;
  /** What the error says about a create: `none` where surely nothing was created. */
  readonly effect: Effect;
  readonly reason: ErrorReason;
  /** A 4xx response with it that says how long to wait only turns the call away for now. */
  readonly yieldsToWait?: boolean;
  /** How often a read that fails with it is tried before a person is called; absent: a person is called at once. */
  readonly triesOfReads?: number;
  /** One sentence: what happened, about a create. */
  readonly cause: string;
  /** One sentence: what to do, and where, after a create. Absent where there is nothing to do at first. */
  readonly remedy?: string;
  /** The end of the remedy where there is nothing to do at first: what to check if the error lasts. */
  readonly ifItLasts?: string;
  /** What is said of other calls, where it differs. */
  readonly forReads?: Partial<Texts>;
  readonly forDeletes?: Partial<Texts>;
}

export type Effect = 'none' | 'unknown';

/** One sentence on what happened, and one on what to do. */
export interface Texts {
  readonly cause: string;
  readonly remedy: string;
}

/** The kind of call that failed. A failure to get credentials before any call counts as `read`. */
export type Call = 'create' | 'read' | 'delete';

export const errorTable = table as readonly ErrorTableEntry[];

/** Where a person has nothing to do at first: what the operator does by itself. */
export const nothingToDo: Readonly<Record<Call, string>> = {
  create: 'Nothing to do: the operator looks the version up by name before it tries again',
  read: 'Nothing to do: the operator reads again, with growing pauses',
  delete: 'Nothing to do: the operator tries the deletion again, with growing pauses',
};

/** A refusal for good speaks of the fields of a create; other calls send only ids and the name. */
const sentByOthers: Readonly<Record<Exclude<Call, 'create'>, string>> = {
  read: 'Compare spec.appId, spec.name and status.versionId with the ESA console: a read sends nothing else.',
  delete: 'Compare spec.appId and status.versionId with the ESA console: a deletion sends nothing else.',
};

/** What `entry` says of a call of this kind. */
export function textsOf(entry: ErrorTableEntry, call: Call): Texts {
  const own = call === 'create' ? undefined : call === 'read' ? entry.forReads : entry.forDeletes;
  return { cause: own?.cause ?? entry.cause, remedy: own?.remedy ?? remedyOf(entry, call) };
}

function remedyOf({ class: errorClass, remedy, ifItLasts }: ErrorTableEntry, call: Call): string {
  if (remedy === undefined) return `${nothingToDo[call]}; if it lasts, ${ifItLasts}.`;
  return errorClass === 'Terminal' && call !== 'create' ? sentByOthers[call] : remedy;
}
