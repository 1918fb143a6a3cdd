/** How long the API server asked to wait, in milliseconds; undefined where `error` says nothing of it. */
export function askedWaitMs(error: unknown): number | undefined {
  const { retryAfterMs } = (error ?? {}) as { retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
}
