/** What `/healthz` and `/readyz` say: a line for each check, in the form of Kubernetes components. */
import type { Logger } from '../core/logger.ts';

/** What a check found. */
export interface CheckResult {
  readonly isPassed: boolean;
  /**
   * In a few words: the reason where it failed, what is worth knowing where it passed. Anyone who reaches the port reads
   * it: no secret, and no text from outside.
   */
  readonly detail?: string;
}

/** @param reason shown only where it failed */
export function passIf(isPassed: boolean, reason: string): CheckResult {
  return isPassed ? { isPassed } : { isPassed, detail: reason };
}

/** By the names that the lines carry. */
export type Checks = Readonly<Record<string, () => CheckResult>>;

/** A body, with the HTTP status that goes with it. */
export interface Report {
  readonly status: number;
  readonly text: string;
}

/**
 * Runs the checks: 200 and `ok` when all pass, 500 and a line for each when one fails; those lines also where asked for.
 * A check that throws has failed, and the error goes to the log.
 */
export function reportChecks(endpoint: string, checks: Checks, isVerbose: boolean, logger: Logger): Report {
  const results = Object.entries(checks).map(([name, check]) => ({ name, ...run(name, check, logger) }));
  const isFine = results.every(({ isPassed }) => isPassed);
  if (isFine && !isVerbose) return { status: 200, text: 'ok' };
  const lines = results.map(({ name, isPassed, detail }) =>
    isPassed
      ? `[+]${name} ok${detail === undefined ? '' : `: ${detail}`}`
      : `[-]${name} failed: ${detail ?? 'no reason given'}`,
  );
  const verdict = `${endpoint} check ${isFine ? 'passed' : 'failed'}`;
  return { status: isFine ? 200 : 500, text: [...lines, verdict].join('\n') };
}

function run(name: string, check: () => CheckResult, logger: Logger): CheckResult {
  try {
    return check();
  } catch (error) {
    logger.error({ error, check: name }, 'Health check threw');
    return { isPassed: false, detail: 'the check itself failed, see the log' };
  }
}
