/** Writes down how an attempt ended, until it is written: the one thing that must not be lost. */
import type { Attempt, EdgeAppVersionStatus } from '../../core/edge-app-version.ts';
import type { JsonPatchOperation } from '../../ports.ts';
import { backoffMs } from '../backoff.ts';
import type { Outcome } from '../outcome.ts';
import { afterWrite, done, type Pass, retry } from './pass.ts';

const longestPauseMs = 5000;

/**
 * Replaces the status where the object and its open attempt are still those of `attempt`, whoever else wrote to the
 * object meanwhile. Goes on through failures, and after the operator was told to stop.
 */
export async function record(
  pass: Pass,
  attempt: Attempt,
  status: EdgeAppVersionStatus,
  outcome: Outcome,
): Promise<Outcome> {
  const { namespace, name } = pass.object.metadata;
  const operations = toOperations(attempt, status);
  for (let failures = 1; ; failures += 1) {
    try {
      const result = await pass.client.patchStatus({ namespace, name }, operations);
      if (result.kind === 'written') return afterWrite(pass, result, outcome);
      if (result.kind !== 'conflict') return endWithout(pass, attempt, status, result);
    } catch (error) {
      pass.logger.warn(
        { error, attempt: attempt.id, ...idsOf(status) },
        'Recording the attempt failed; trying again',
      );
    }
    await pass.clock.sleep(Math.min(longestPauseMs, backoffMs(failures, pass.random.fraction())));
  }
}

function toOperations({ id, uid, fingerprint }: Attempt, status: EdgeAppVersionStatus): JsonPatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/status/attempt/id', value: id },
    { op: 'test', path: '/status/attempt/fingerprint', value: fingerprint },
    { op: 'replace', path: '/status', value: status },
  ];
}

/** The object is gone, another, or has another attempt: the id goes to the log, from where a person can find it. */
function endWithout(
  { logger }: Pass,
  attempt: Attempt,
  status: EdgeAppVersionStatus,
  result: { readonly kind: 'gone' } | { readonly kind: 'invalid'; readonly message: string },
): Outcome {
  logger.error(
    { attempt: attempt.id, ...idsOf(status), result },
    'The outcome of the attempt has no object to go to',
  );
  return result.kind === 'gone' ? done : retry;
}

function idsOf({ versionId, versionName, requestId }: EdgeAppVersionStatus): object {
  return { versionId, versionName, requestId };
}
