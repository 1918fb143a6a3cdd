/** How long a response asks to wait before the next call. */
import type { HttpHead } from '../http/exchange.ts';

const longestWaitMs = 3_600_000;

/**
 * The cloud's own header (milliseconds), else the standard one (seconds, or a date).
 * @returns milliseconds, an hour at most; undefined where neither header says anything that can be read
 */
export function namedWaitMs(headers: HttpHead['headers']): number | undefined {
  const waitMs =
    toNumber(first(headers['x-acs-retry-after'])) ?? standardWaitMs(first(headers['retry-after']), headers);
  return waitMs === undefined ? undefined : Math.min(Math.ceil(waitMs), longestWaitMs);
}

/** A date is compared with the response's own, so that a clock of ours that is off does not count. */
function standardWaitMs(text: string | undefined, headers: HttpHead['headers']): number | undefined {
  const seconds = toNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  // V8 finds a date in -5 too, long ago; every date of HTTP has a time of day.
  const untilMs = /\d:\d\d:\d\d/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  if (Number.isNaN(untilMs)) return undefined;
  const sentMs = Date.parse(first(headers.date) ?? '');
  return Math.max(0, untilMs - (Number.isNaN(sentMs) ? Date.now() : sentMs));
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
