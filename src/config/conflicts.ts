/** Settings that are right each by itself and wrong together. */
import type { ValuesOf } from './setting.ts';
import type { runSettings } from './settings.ts';

type Values = Pick<ValuesOf<typeof runSettings>, 'callTimeoutSeconds' | 'propagationMinutes'>;

/** A sentence for each; a value that is missing because it was wrong conflicts with nothing. */
export function conflictsIn({ callTimeoutSeconds, propagationMinutes }: Values): string[] {
  if (!(propagationMinutes * 60 < 3 * callTimeoutSeconds)) return [];
  const minutes = Math.ceil((3 * callTimeoutSeconds) / 60);
  return [
    `--propagation-minutes must be at least 3 times --call-timeout-seconds, but is ${propagationMinutes} min ` +
      `where a call may take ${callTimeoutSeconds} s: set it to ${minutes} or more`,
  ];
}
