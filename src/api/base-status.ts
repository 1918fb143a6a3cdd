/** What the status of every kind has. */
import type { ErrorClass } from '../core/errors/error-table.ts';
import type { Condition } from './conditions.ts';
import type { ObjectMeta } from './object-meta.ts';

/** The reasons that every kind has, whatever it waits for. */
export type BaseReason = 'Progressing' | 'ProgressingWithRetry';

/** @typeParam R the kind's own reasons, a closed list */
export interface BaseStatus<R extends string = string> {
  /** -1 until the operator has looked for the first time (the schema's default). */
  readonly observedGeneration: number;
  readonly lastHandledRequestedAt?: string;
  readonly error?: ErrorStatus;
  readonly conditions?: readonly Condition<R | BaseReason>[];
}

export interface ErrorStatus {
  /** The attempt whose create ended with it. */
  readonly attemptId?: string;
  readonly operation: string;
  readonly code: string;
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
  readonly requestId?: string;
  readonly httpStatus?: number;
  readonly class: ErrorClass;
  /** How many times in a row this error came back. */
  readonly attempts: number;
  readonly time: string;
  readonly nextAttemptTime?: string;
}

/** The reasons of the kind whose status `S` is. */
export type ReasonOf<S extends BaseStatus> = NonNullable<S['conditions']>[number]['reason'];

/** The members that a status gets; undefined for one that goes. */
export type Changes<S> = { readonly [K in keyof S]?: S[K] | undefined };

/** An object as far as its next status needs it. */
export interface Stateful<S extends BaseStatus> {
  readonly metadata: Pick<ObjectMeta, 'generation' | 'annotations'>;
  readonly status?: S;
}
