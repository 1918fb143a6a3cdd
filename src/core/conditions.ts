/** The kstatus conditions: Ready always, Reconciling and Stalled only while true and never both. */
import type { Condition, Reason } from './edge-app-version.ts';

export interface Summary {
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reason: Reason;
  readonly message: string;
  /** What the operator is doing about it; absent when there is nothing left to do. */
  readonly activity?: { readonly type: 'Reconciling' | 'Stalled'; readonly reason: Reason };
}

/**
 * The conditions that say `summary` for `generation`. A transition time moves only when its condition's status does.
 * @param now RFC 3339
 */
export function toConditions(
  previous: readonly Condition[] | undefined,
  generation: number,
  summary: Summary,
  now: string,
): Condition[] {
  const { reason, message, activity } = summary;
  const wanted: Pick<Condition, 'type' | 'status' | 'reason'>[] = [
    { type: 'Ready', status: summary.ready, reason },
  ];
  if (activity) wanted.push({ type: activity.type, status: 'True', reason: activity.reason });
  return wanted.map(({ type, status, reason }) => {
    const before = findCondition(previous, type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
    return { type, status, observedGeneration: generation, lastTransitionTime, reason, message };
  });
}

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: Condition['type'],
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether a person must act, as the status tells it. */
export function isStalled(conditions: readonly Condition[] | undefined): boolean {
  return findCondition(conditions, 'Stalled')?.status === 'True';
}
