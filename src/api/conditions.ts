/** The kstatus conditions: Ready always, Reconciling and Stalled only while true and never both. */

export type ConditionType = 'Ready' | 'Reconciling' | 'Stalled';

/** @typeParam R the reasons of the kind, a closed list */
export interface Condition<R extends string = string> {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
  readonly reason: R;
  readonly message: string;
}

export interface Summary<R extends string = string> {
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reason: R;
  readonly message: string;
  /** What the operator is doing about it; absent when there is nothing left to do. */
  readonly activity?: { readonly type: 'Reconciling' | 'Stalled'; readonly reason: R };
}

/**
 * The conditions that say `summary` for `generation`. A transition time moves only when its condition's status does.
 * @param now RFC 3339
 */
export function toConditions<R extends string>(
  previous: readonly Condition<R>[] | undefined,
  generation: number,
  summary: Summary<R>,
  now: string,
): Condition<R>[] {
  const { reason, message, activity } = summary;
  const wanted: Pick<Condition<R>, 'type' | 'status' | 'reason'>[] = [
    { type: 'Ready', status: summary.ready, reason },
  ];
  if (activity) wanted.push({ type: activity.type, status: 'True', reason: activity.reason });
  return wanted.map(({ type, status, reason }) => {
    const before = findCondition(previous, type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
    return { type, status, observedGeneration: generation, lastTransitionTime, reason, message };
  });
}

export function findCondition<R extends string>(
  conditions: readonly Condition<R>[] | undefined,
  type: ConditionType,
): Condition<R> | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether a person must act, as the status tells it. */
export function isStalled(conditions: readonly Condition[] | undefined): boolean {
  return findCondition(conditions, 'Stalled')?.status === 'True';
}
