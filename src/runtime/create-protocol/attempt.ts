/** An attempt to create something by a call that has no token: begun before the call, ended by what is known of it. */

import type { BaseStatus } from '../../api/base-status.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { toTimestamp } from '../../core/text/timestamp.ts';

/** An open intent to create: written before the call, gone when its outcome is known. */
export interface Attempt {
  readonly id: string;
  readonly uid: string;
  readonly number: number;
  readonly name: string;
  readonly fingerprint: string;
  readonly startedAt: string;
  /** An earlier attempt of this object ended without anyone knowing how. */
  readonly unknownBefore: boolean;
}

/** What the status of a kind has for its attempts. */
export interface AttemptStatus extends BaseStatus {
  readonly attempt?: Attempt;
  /** How many attempts to create were ever begun; outlives `attempt`. From the first on the target is locked. */
  readonly attempts?: number;
  /** How many attempts in a row ended unclear: before the open one, or, once the id is known, of all but the answered one. */
  readonly unclearAttempts?: number;
}

/** An object of a kind that is created so. */
export interface Attempting {
  readonly metadata: { readonly uid: string };
  readonly status?: AttemptStatus;
}

/** What is to be created. */
export interface Intent {
  /** By which it is found again. */
  readonly name: string;
  /** Of its content. */
  readonly fingerprint: string;
}

/** The attempt that follows those which the status of `object` tells of. */
export function nextAttempt(
  { metadata, status }: Attempting,
  { name, fingerprint }: Intent,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Attempt {
  return {
    id: random.uuid(),
    uid: metadata.uid,
    number: (status?.attempts ?? 0) + 1,
    name,
    fingerprint,
    startedAt: toTimestamp(clock.wallMs()),
    unknownBefore: status?.attempt !== undefined,
  };
}

/** A claim counts only as far as the API server's own response shows it. */
export function isClaimStored({ id, fingerprint, number }: Attempt, { status }: Attempting): boolean {
  const stored = status?.attempt;
  return stored?.id === id && stored.fingerprint === fingerprint && status?.attempts === number;
}

/** How many attempts in a row ended unclear, the open one included. */
export function unclearInRow(status: Pick<AttemptStatus, 'attempt' | 'unclearAttempts'> | undefined): number {
  const { attempt, unclearAttempts = 0 } = status ?? {};
  return attempt ? unclearAttempts + 1 : 0;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The least time from one attempt to the next after so many unclear ends in a row, in milliseconds. */
export function paceOfAttempts(unclear: number): number {
  return Math.min(hourMs, minuteMs * 2 ** (unclear - 1));
}

/** After so many unclear ends in a row a person should know. */
export const unclearEndsBeforeStalled = 5;
