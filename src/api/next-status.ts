/** The next status of an object of any kind, built from the one before; pure. */
import { present } from '../core/json/present.ts';
import { toTimestamp } from '../core/text/timestamp.ts';
import type { BaseStatus, Changes, ReasonOf, Stateful } from './base-status.ts';
import { type Summary, toConditions } from './conditions.ts';
import { requestedAtAnnotation } from './requested-at.ts';

/** The status of `object` with `changes`, whose conditions say `summary` for the generation that was read. */
export function nextStatus<S extends BaseStatus>(
  { metadata, status }: Stateful<S>,
  summary: Summary<ReasonOf<S>>,
  wallMs: number,
  changes: Changes<S>,
): S {
  return present({
    ...status,
    lastHandledRequestedAt: metadata.annotations?.[requestedAtAnnotation] ?? status?.lastHandledRequestedAt,
    ...changes,
    observedGeneration: metadata.generation,
    conditions: toConditions(status?.conditions, metadata.generation, summary, toTimestamp(wallMs)),
  }) as unknown as S;
}

/** Waiting for something that only needs time. */
export function waitingStatus<S extends BaseStatus>(
  object: Stateful<S>,
  message: string,
  wallMs: number,
  changes: Changes<S> = {},
): S {
  const reason = 'Progressing' as ReasonOf<S>;
  const activity = { type: 'Reconciling', reason } as const;
  return nextStatus(object, { ready: 'Unknown', reason, message, activity }, wallMs, changes);
}
