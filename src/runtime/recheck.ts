/** When an object is looked at again whose problem only a change can end, in case that nobody tells of it. */
import type { Random } from '../core/random.ts';

/** An hour, in milliseconds: for a time that is shown and must be the same on each pass. */
export const middleRecheckMs = 3_600_000;

/** An hour, give or take a tenth. */
export function recheckMs({ random }: { readonly random: Random }): number {
  return middleRecheckMs * (0.9 + 0.2 * random.fraction());
}
