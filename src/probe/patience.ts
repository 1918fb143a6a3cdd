/** Waiting for the cloud: pauses that grow, and calls that are sent again where it asks for a slower pace. */

import type { Clock } from '../core/clock.ts';
import { classify } from '../core/errors/classify.ts';
import { EsaError } from '../core/errors/esa-error.ts';

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** @returns what `look` finds, or undefined after a last look once `limitMs` are over or `signal` has aborted */
export async function waitFor<T>(
  look: () => Promise<T | undefined>,
  {
    clock,
    limitMs,
    signal,
  }: { readonly clock: Clock; readonly limitMs: number; readonly signal?: AbortSignal },
): Promise<T | undefined> {
  const endMs = clock.monotonicMs() + limitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const leftMs = endMs - clock.monotonicMs();
    const found = await look();
    if (found !== undefined || leftMs <= 0 || signal?.aborted) return found;
    await clock.sleep(Math.min(pauseMs, leftMs), signal);
  }
}

/** Refused for the pace alone: surely nothing was done. */
export function isThrottled(error: unknown): error is EsaError {
  if (!(error instanceof EsaError)) return false;
  const { class: errorClass, effect } = classify(error, 'create');
  return errorClass === 'Throttled' && effect === 'none';
}

const tries = 6;
const throttlePauseMs = 2_000;
/** A longer wait is not worth it: a question has minutes. */
const longestThrottlePauseMs = 2 * 60_000;

/** Sends a call again, after a pause, as long as it is throttled, five times at most. */
export async function whileThrottled<T>(call: () => Promise<T>, clock: Clock): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await call();
    } catch (error) {
      if (!isThrottled(error) || left === 0) throw error;
      await clock.sleep(Math.min(error.retryAfterMs ?? throttlePauseMs, longestThrottlePauseMs));
    }
  }
}
