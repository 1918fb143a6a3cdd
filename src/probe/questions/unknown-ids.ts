import { getVersion } from '../../cloud/operations/get-version.ts';
import { listVersions } from '../../cloud/operations/list-versions.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';
import { confirmed, fileAnIssue, overturned, type Question, unknown } from '../question.ts';

const minuteMs = 60_000;

/** What the operator takes for "perhaps not there", and then asks the whole list. */
function maybeAbsent(outcome: Outcome<unknown>): boolean {
  if (outcome.kind !== 'refused') return false;
  return outcome.about.reason === 'InvalidRequest' || outcome.error.httpStatus === 404;
}

export const unknownVersion: Question = {
  id: 'unknown-version',
  asks: 'With which code is a VersionId refused that does not exist?',
  assumes: 'A 404, or a 4xx that stands for a wrong request; then the whole list decides.',
  creates: 0,
  limitMs: minuteMs,
  async run({ send, appId, clock }) {
    // No id that was ever given: 18 digits, of which the last are a time.
    const versionId = `ver-00000${String(Math.round(clock.wallMs())).padStart(13, '0')}`;
    const outcome = await outcomeOf(send(getVersion(appId, versionId)), 'read');
    if (outcome.kind === 'done') return unknown(`${versionId} exists`);
    if (outcome.kind === 'unclear') return unknown(outcome.why);
    const says = `refused with ${outcome.code} (HTTP ${outcome.error.httpStatus})`;
    return maybeAbsent(outcome)
      ? confirmed(says)
      : overturned(says, `a version that vanished is reported as ${outcome.about.reason}: ${fileAnIssue}`);
  },
};

export const unknownApp: Question = {
  id: 'unknown-app',
  asks: 'With which code is an AppId refused that does not exist?',
  assumes: 'InvalidApp.NotFound, as documented.',
  creates: 0,
  limitMs: minuteMs,
  async run({ send, clock }) {
    const appId = `app-00000${String(Math.round(clock.wallMs())).padStart(13, '0')}`;
    const outcome = await outcomeOf(send(listVersions({ appId, pageNumber: 1, pageSize: 1 })), 'read');
    if (outcome.kind === 'unclear') return unknown(outcome.why);
    if (outcome.kind === 'done')
      return overturned('answered with a list', `AppNotFound never shows: ${fileAnIssue}`);
    const says = `refused with ${outcome.code} (HTTP ${outcome.error.httpStatus})`;
    return outcome.about.reason === 'AppNotFound'
      ? confirmed(says)
      : overturned(says, `it is reported as ${outcome.about.reason} instead of AppNotFound: ${fileAnIssue}`);
  },
};
