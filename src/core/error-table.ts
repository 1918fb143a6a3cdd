/** `error-table.json` with its types: what is known about each error code of the cloud and of the way to it. */
import type { ErrorClass, Reason } from './edge-app-version.ts';
import table from './error-table.json' with { type: 'json' };

export interface ErrorTableEntry {
  /** As the cloud or the library spells it; in round brackets for an entry that a rule picks (`match: condition`). */
  readonly code: string;
  /** The status that comes with it, and others that were seen: for people and the emulator, not for matching. */
  readonly httpStatus?: number;
  readonly otherHttpStatus?: readonly number[];
  /** Absent: the code is compared, whatever its case. */
  readonly match?: 'pattern' | 'condition';
  readonly pattern?: string;
  /** What of a thrown error to compare; absent: its `code`. */
  readonly field?: 'name' | 'message';
  /** The text that comes with it holds what must not be shown: parts of the signed request, addresses, tokens. */
  readonly redact?: boolean;
  /** Worth one more try with fresh credentials. */
  readonly refreshCredentialsOnce?: boolean;
  readonly class: ErrorClass;
  /** The class for calls that change nothing, or that can be repeated. */
  readonly classForReads?: ErrorClass;
  /** What the error says about a create: `none` where surely nothing was created. */
  readonly effect: Effect;
  readonly reason: Reason;
  /** One sentence: what happened. */
  readonly cause: string;
  /** One sentence: what to do, and where. */
  readonly remedy: string;
  /** For a failure to get credentials: what holds instead where the issuer is down and has refused nothing. */
  readonly outage?: Pick<ErrorTableEntry, 'class' | 'reason' | 'cause' | 'remedy'>;
}

export type Effect = 'none' | 'unknown';

export const errorTable = table as readonly ErrorTableEntry[];
