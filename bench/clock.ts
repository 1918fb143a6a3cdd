/** One clock for every process and thread of a run. */

/** Milliseconds since some point that all processes of this machine share (CLOCK_MONOTONIC). */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
