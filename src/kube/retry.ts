/** Which calls may be repeated, after which outcomes, and when. */

import type { Random } from '../core/random.ts';
import type { HttpResponse } from '../http/exchange.ts';
import type { KubeCall } from './kube-call.ts';
import { KubeError, toRetryMs } from './kube-error.ts';

const jitterMs = 500;
const defaultDelayMs = 1000;
/** Who asks for more than this lets the caller go, which has other work. */
const longestDelayMs = 10_000;
/** The connection was lost, or never was: the next one may work. */
const lostConnection = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ProxyUnavailable',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether doing it twice is the same as doing it once. */
export function isRetryable(method: KubeCall['method']): boolean {
  return method === 'GET' || method === 'PUT' || method === 'DELETE';
}

/** Milliseconds until the next try; undefined when a repetition would not help. */
export function retryDelayMs(outcome: HttpResponse | KubeError, random: Random): number | undefined {
  const jitter = jitterMs * random.fraction();
  if (outcome instanceof KubeError) return lostConnection.has(outcome.code) ? jitter : undefined;
  if (outcome.status !== 429 && outcome.status !== 503) return undefined;
  const delayMs = toRetryMs(outcome.headers['retry-after']) ?? defaultDelayMs;
  return delayMs <= longestDelayMs ? delayMs + jitter : undefined;
}
