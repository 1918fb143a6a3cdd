/** The times of leader election, as client-go has them, and what must hold among them. */

export interface LeaseDurations {
  /** How long others wait after the leader's last write before one of them takes over; whole seconds. */
  readonly leaseMs: number;
  /** How long after its last renewal the leader goes on acting. */
  readonly renewDeadlineMs: number;
  /** Between two tries. */
  readonly retryPeriodMs: number;
  /** The longest that a call may take which was sent in a term and must have ended before the next leader acts. */
  readonly longestCallMs: number;
}

const renewDeadlineMs = 10_000;

/** @param longestCallMs in whole seconds; a call that a leader sends at its last moment ends before the lease does */
export function leaseDurationsFor(longestCallMs: number): LeaseDurations {
  return { leaseMs: renewDeadlineMs + longestCallMs, renewDeadlineMs, retryPeriodMs: 2_000, longestCallMs };
}

/** Up to this share of the retry period is added to it, at random, before each try to get the lease. */
export const jitterShare = 1.2;

/** @throws RangeError that says what must hold */
export function checkLeaseDurations(durations: LeaseDurations): void {
  const { leaseMs, renewDeadlineMs, retryPeriodMs, longestCallMs } = durations;
  const rules: readonly [holds: boolean, rule: string][] = [
    [Number.isInteger(leaseMs / 1000), 'leaseMs must be whole seconds'],
    [retryPeriodMs > 0, 'retryPeriodMs must be more than 0'],
    [
      renewDeadlineMs > retryPeriodMs * jitterShare,
      `renewDeadlineMs must exceed ${jitterShare} retryPeriodMs`,
    ],
    [leaseMs > renewDeadlineMs, 'leaseMs must exceed renewDeadlineMs'],
    [
      longestCallMs <= leaseMs - renewDeadlineMs,
      'longestCallMs must fit between renewDeadlineMs and leaseMs',
    ],
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, rule]) => rule);
  if (broken.length > 0) throw new RangeError(`${broken.join('; ')}: ${JSON.stringify(durations)}`);
}
