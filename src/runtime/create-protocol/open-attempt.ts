/**
 * An open attempt of which nothing is found. It ends only by what it was to create, or by a refusal that surely created
 * nothing; until then the operator looks for it, and after the absence is proven it may try again under the same name.
 */
import { findCondition, isStalled } from '../../api/conditions.ts';
import type { ObjectMeta } from '../../api/object-meta.ts';
import { isAsked } from '../../api/requested-at.ts';
import type { Clock } from '../../core/clock.ts';
import type { Problem } from '../../core/errors/problem.ts';
import { again } from '../outcome.ts';
import { middleRecheckMs } from '../recheck.ts';
import type { StepResult } from '../step-result.ts';
import type { Watched } from './absence-watch.ts';
import {
  type Attempt,
  type AttemptStatus,
  paceOfAttempts,
  unclearEndsBeforeStalled,
  unclearInRow,
} from './attempt.ts';
import { endOfAttempt, isNameTaken } from './attempt-end.ts';

/**
 * @typeParam S the status
 * @typeParam P the problems of the kind
 */
export interface OpenAttempt<S extends AttemptStatus, P extends Problem<string>> {
  readonly object: { readonly metadata: ObjectMeta; readonly status?: S };
  readonly attempt: Attempt;
  readonly watched: Watched;
  /** How its create ended, or that nobody knows. */
  readonly ended: P;
  /** For how long the cloud still wants no other create, in milliseconds. */
  readonly waitInMs: number;
  readonly clock: Clock;
}

/** How a kind tells of an open attempt. */
export interface AttemptTexts<S, P> {
  /** How long what was created may stay unseen before a person should know, in milliseconds. */
  readonly propagationMs: number;
  /** What a person should know then of an attempt that no other one follows by itself. */
  readonly toOverdue: (ended: P) => P;
  readonly toFailing: (problem: P, options: AttemptFailing) => S;
}

export interface AttemptFailing {
  readonly wallMs: number;
  readonly nextAttemptMs: number;
  readonly isStalled: boolean;
  /** The attempt whose create ended with this problem, where the status does not say so yet. */
  readonly ends: Attempt | undefined;
}

/**
 * What a pass does after a lookup that found nothing.
 * @returns undefined once the absence is proven and nothing speaks against the next attempt
 */
export function keepAttempt<O, S extends AttemptStatus, P extends Problem<string>>(
  open: OpenAttempt<S, P>,
  texts: AttemptTexts<S, P>,
): StepResult<O, S> | undefined {
  const isDue = nextTryMs(open) <= open.clock.wallMs();
  return open.watched.isProven && isDue ? undefined : keepLooking(open, texts);
}

/** When the next attempt may begin, in milliseconds since the Unix epoch; infinite where none does by itself. */
export function nextTryMs<S extends AttemptStatus>(open: OpenAttempt<S, Problem<string>>): number {
  const { object, attempt, watched, ended, clock } = open;
  const isWanted = isAsked(object) && !isNameTaken(ended);
  const pauseMs = isWanted ? 0 : pauseAfter(object.status, ended);
  const waitMs = isWanted ? 0 : open.waitInMs;
  const nowMs = clock.wallMs();
  // A clock that was set back must not stretch the pause.
  const startedMs = Math.min(Date.parse(attempt.startedAt), nowMs);
  return Math.max(startedMs + pauseMs, nowMs + waitMs, watched.isProven ? 0 : nowMs + watched.provenInMs);
}

/** From the beginning of an attempt that ended so to the next one, in milliseconds. */
function pauseAfter(status: AttemptStatus | undefined, ended: Problem<string>): number {
  if (isNameTaken(ended) || ended.class === 'Terminal') return Number.POSITIVE_INFINITY;
  if (ended.class === 'Configuration') return middleRecheckMs;
  return paceOfAttempts(unclearInRow(status));
}

/** Whether a person should know that attempts end unclear again and again, although the operator goes on. */
export function isToBeStalled(status: AttemptStatus | undefined, ended: Problem<string>): boolean {
  const isUnclear = ended.class === 'Ambiguous' || ended.class === 'Transient';
  return isUnclear && unclearInRow(status) >= unclearEndsBeforeStalled;
}

function keepLooking<O, S extends AttemptStatus, P extends Problem<string>>(
  open: OpenAttempt<S, P>,
  texts: AttemptTexts<S, P>,
): StepResult<O, S> {
  const { object, attempt, watched, ended, clock } = open;
  const wallMs = clock.wallMs();
  const nextAttemptMs = nextTryMs(open);
  const outcome = again(Math.min(watched.nextLookMs(), Math.max(1000, nextAttemptMs - wallMs)));
  const problem = isOverdue(open, texts) ? texts.toOverdue(ended) : ended;
  const mustBeStalled = problem !== ended || isToBeStalled(object.status, ended);
  const end = endOfAttempt(object.status);
  if (end && isSaid(open, problem, mustBeStalled)) return { outcome };
  const ends = end ? undefined : attempt;
  return {
    status: texts.toFailing(problem, { wallMs, nextAttemptMs, isStalled: mustBeStalled, ends }),
    outcome,
  };
}

/** Whether the propagation time is over after an attempt that no other one follows by itself. */
function isOverdue<S extends AttemptStatus, P extends Problem<string>>(
  { attempt, ended, clock }: OpenAttempt<S, P>,
  { propagationMs }: AttemptTexts<S, P>,
): boolean {
  const isOver = clock.wallMs() - Date.parse(attempt.startedAt) >= propagationMs;
  return isOver && (isNameTaken(ended) || ended.class === 'Terminal');
}

function isSaid<S extends AttemptStatus, P extends Problem<string>>(
  { object }: OpenAttempt<S, P>,
  problem: P,
  mustBeStalled: boolean,
): boolean {
  const { status, metadata } = object;
  const isSame = findCondition(status?.conditions, 'Ready')?.reason === problem.reason;
  const needsPerson = mustBeStalled || problem.class === 'Terminal' || problem.class === 'Configuration';
  return (
    isSame &&
    isStalled(status?.conditions) === needsPerson &&
    status?.observedGeneration === metadata.generation &&
    !isAsked(object)
  );
}
