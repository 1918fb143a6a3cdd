/** The time limit of one call to the API server. */
import { Deadline, type DeadlineOptions } from '../core/deadline.ts';
import { KubeError } from './kube-error.ts';

export type KubeDeadline = Deadline<KubeError>;

/** @param action what is asked, for people: the beginning of the error's text */
export function createDeadline(
  action: string,
  options: Omit<DeadlineOptions<KubeError>, 'toError'>,
): KubeDeadline {
  const late = { code: 'DeadlineExceeded', message: `${action}: no response within ${options.limitMs} ms` };
  const aborted = { code: 'Aborted', message: `${action}: given up by the caller` };
  return new Deadline({ ...options, toError: (end) => new KubeError(end === 'late' ? late : aborted) });
}
