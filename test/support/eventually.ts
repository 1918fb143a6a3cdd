import { vi } from 'vitest';

/** So long even a busy machine does not take. */
const limitMs = 120_000;

/**
 * What `check` gives back, once it passes: it is called again and again until it does not throw.
 * @throws what it threw last, where it does not pass in time
 */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: limitMs });
}
