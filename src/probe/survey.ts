/** Looks at the app before anything is created in it. */

import { AppLookups } from '../cloud/app-lookups.ts';
import type { Send } from '../cloud/call.ts';
import { getApp } from '../cloud/operations/get-app.ts';
import type { VersionSummary } from '../cloud/operations/version-summary.ts';
import { ExpectedError } from '../core/errors/expected-error.ts';
import { runOf } from './own-mark.ts';
import { confirmed } from './question.ts';

const reach = {
  id: 'reach',
  asks: 'Does the endpoint answer, and are key and signature right?',
  assumes: 'ACS3-HMAC-SHA256 with the AccessKey, as documented.',
};

export interface Found {
  /** The first answer: that the endpoint answers and the key is taken. */
  readonly reached: typeof reach & { readonly answer: ReturnType<typeof confirmed> };
  readonly listed: number;
  /** Versions that an earlier run did not delete. */
  readonly leftovers: readonly VersionSummary[];
}

/** @throws EsaError where the app cannot be read; Error where its list makes no sense */
export async function survey(send: Send, appId: string): Promise<Found> {
  await send(getApp(appId));
  const lookup = await new AppLookups(send, appId).list();
  if (lookup.kind === 'unknown')
    throw new ExpectedError(`the versions of ${appId} are unknown: ${lookup.problem.message}`);
  const { length: listed } = lookup.versions;
  return {
    reached: { ...reach, answer: confirmed(`the app is there, with ${listed} versions`) },
    listed,
    leftovers: lookup.versions.filter((version) => runOf(version) !== undefined),
  };
}
