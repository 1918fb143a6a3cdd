/** How the end of a connection of an informer is logged. */
import type { Logger } from '../core/logger.ts';
import type { KubeError } from './kube-error.ts';

export interface FailureFields {
  readonly delayMs: number;
  /** How long all connections have failed by now, in milliseconds. */
  readonly failingForMs: number;
}

/** A CRD that is being installed is served after some seconds: 404 before, then 429 for a while. */
const passing = new Set<number | undefined>([404, 429]);
const passingMs = 30_000;

/** What passes by itself within seconds is an information without a stack; what stays is a warning. */
export function logFailure(logger: Logger, error: KubeError, { delayMs, failingForMs }: FailureFields): void {
  const rounded = { delayMs: Math.round(delayMs) };
  const message =
    error.status === 404 ? 'Resource not served, waiting for its CRD' : 'Watch failed, connecting again';
  if (!passing.has(error.status)) logger.warn({ error, ...rounded }, message);
  else if (failingForMs > passingMs) logger.warn({ error: error.message, ...rounded }, message);
  else logger.info({ reason: error.message, ...rounded }, message);
}
