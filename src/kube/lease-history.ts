/** Notices that the API server's data went back in time, as it does when a backup of etcd is restored under it. */
import type { Lease, LeaseClient, LeaseRecord, LeaseWriteResult } from '../runtime/election/lease.ts';
import { compareResourceVersions } from './object-identity.ts';

/** How often the mark is tried while others write the lease as well. */
const mostTries = 5;

/**
 * The same client. When a response is older than what an earlier one said before its call was sent, every cache is of a
 * future that never comes, and takes what happens now for old news; and the stored VersionIds are of versions that may have
 * been deleted since. Then the lease is marked, so that the next leader verifies them, and `onWentBack` is called once.
 */
export function noticeRestore(client: LeaseClient, onWentBack: () => void): LeaseClient {
  let newest = '0';
  let isNoticed = false;

  /** @param sentAfter the newest version that was known when the call was sent */
  async function note(lease: Lease | undefined, sentAfter: string, signal: AbortSignal): Promise<void> {
    if (!lease) return;
    const { resourceVersion } = lease;
    if (compareResourceVersions(resourceVersion, newest) > 0) newest = resourceVersion;
    if (isNoticed || compareResourceVersions(resourceVersion, sentAfter) >= 0) return;
    isNoticed = true;
    try {
      await mark(client, lease, signal);
    } finally {
      onWentBack();
    }
  }

  async function noteWrite(write: Promise<LeaseWriteResult>, signal: AbortSignal): Promise<LeaseWriteResult> {
    const sentAfter = newest;
    const result = await write;
    if (result.kind === 'written') await note(result.object, sentAfter, signal);
    return result;
  }

  /** What this process has verified it has verified before. */
  const marked = <T extends LeaseRecord>(record: T): T =>
    isNoticed ? { ...record, mustVerify: true } : record;

  return {
    async read(signal) {
      const sentAfter = newest;
      const lease = await client.read(signal);
      await note(lease, sentAfter, signal);
      return lease;
    },
    create: (record, signal) => noteWrite(client.create(marked(record), signal), signal),
    replace: (lease, signal) => noteWrite(client.replace(marked(lease), signal), signal),
  };
}

async function mark(client: LeaseClient, lease: Lease, signal: AbortSignal): Promise<void> {
  let current: Lease | undefined = lease;
  for (let tries = 0; tries < mostTries && current && !current.mustVerify; tries += 1) {
    const result = await client.replace({ ...current, mustVerify: true }, signal);
    if (result.kind === 'written') return;
    current = await client.read(signal);
  }
}
