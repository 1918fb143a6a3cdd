/** What stands between a claim and its call: too late, or in another term, nothing is sent. */
import type { Clock } from '../../core/clock.ts';
import type { Term } from '../election/leadership.ts';
import { elapsedMs, momentOf } from '../moment.ts';

/**
 * Whether the claim, sent now, is still young and the lease unbroken when asked; by the slower of two clocks.
 * @param limitMs how old the claim may be
 */
export function startFence(clock: Clock, term: Term, limitMs: number): () => boolean {
  const claimedAt = momentOf(clock);
  return () => elapsedMs(clock, claimedAt) < limitMs && term.isHeld();
}
