/** Notices that the API server's data went back in time, as it does when a backup of etcd is restored under it. */
import type { Lease, LeaseClient, LeaseWriteResult } from '../ports.ts';
import { compareResourceVersions } from './object-identity.ts';

/**
 * The same client. Calls `onWentBack` once, when an answer is older than what an earlier one said before its call was
 * sent: then every cache is of a future that never comes, and takes what happens now for old news.
 */
export function noticeRestore(client: LeaseClient, onWentBack: () => void): LeaseClient {
  let newest = '0';
  let isNoticed = false;

  /** @param sentAfter the newest version that was known when the call was sent */
  function note(lease: Lease | undefined, sentAfter: string): void {
    if (!lease) return;
    const { resourceVersion } = lease;
    if (compareResourceVersions(resourceVersion, newest) > 0) newest = resourceVersion;
    if (isNoticed || compareResourceVersions(resourceVersion, sentAfter) >= 0) return;
    isNoticed = true;
    onWentBack();
  }

  async function noteWrite(write: Promise<LeaseWriteResult>): Promise<LeaseWriteResult> {
    const sentAfter = newest;
    const result = await write;
    if (result.kind === 'written') note(result.object, sentAfter);
    return result;
  }

  return {
    async read(signal) {
      const sentAfter = newest;
      const lease = await client.read(signal);
      note(lease, sentAfter);
      return lease;
    },
    create: (record, signal) => noteWrite(client.create(record, signal)),
    replace: (lease, signal) => noteWrite(client.replace(lease, signal)),
  };
}
