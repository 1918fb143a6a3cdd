/** What every LeaseClient must do, whether behind it is an API server or memory. */
import { describe, expect, it } from 'vitest';
import type { Lease, LeaseClient, LeaseRecord, LeaseWriteResult } from '../../src/runtime/election/lease.ts';

export interface LeaseUnderTest {
  readonly client: LeaseClient;
  /** As by another person or process. */
  remove(): Promise<void>;
}

export const { signal } = new AbortController();
const wallMs = Date.UTC(2026, 10, 2, 8, 0, 0, 7);
export const record: LeaseRecord = {
  holder: 'host-0',
  durationMs: 15_000,
  acquiredWallMs: wallMs,
  renewedWallMs: wallMs,
  transitions: 0,
};

/** Registers the contract's tests; `open` gives a lease that does not exist yet, another one each time. */
export function describeLeaseClient(title: string, open: () => Promise<LeaseUnderTest>): void {
  describe(title, () => {
    it('reads undefined where there is no lease', async () => {
      const { client } = await open();
      expect(await client.read(signal)).toBeUndefined();
    });

    it('reads what was created', async () => {
      const { client } = await open();
      const lease = written(await client.create(record, signal));
      expect(lease).toMatchObject(record);
      expect(await client.read(signal)).toEqual(lease);
    });

    it('creates nothing where there is a lease', async () => {
      const { client } = await open();
      const lease = written(await client.create(record, signal));
      expect(await client.create({ ...record, holder: 'host-1' }, signal)).toEqual({ kind: 'conflict' });
      expect(await client.read(signal)).toEqual(lease);
    });

    it('replaces the lease under a new version', async () => {
      const { client } = await open();
      const lease = written(await client.create(record, signal));
      const next = { ...lease, renewedWallMs: wallMs + 2000, holder: 'host-1', transitions: 1 };
      const replaced = written(await client.replace(next, signal));
      expect(replaced).toEqual({ ...next, resourceVersion: replaced.resourceVersion });
      expect(replaced.resourceVersion).not.toBe(lease.resourceVersion);
      expect(await client.read(signal)).toEqual(replaced);
    });

    it('gives no new version to a replacement without a change', async () => {
      const { client } = await open();
      const lease = written(await client.create(record, signal));
      expect(written(await client.replace(lease, signal))).toEqual(lease);
    });

    it('replaces nothing on an older version', async () => {
      const { client } = await open();
      const lease = written(await client.create(record, signal));
      const next = written(await client.replace({ ...lease, transitions: 1 }, signal));
      expect(await client.replace({ ...lease, holder: 'host-1' }, signal)).toEqual({ kind: 'conflict' });
      expect(await client.read(signal)).toEqual(next);
    });

    it('takes a lease without a holder', async () => {
      const { client } = await open();
      const lease = written(await client.create(record, signal));
      const free = { ...lease, holder: '', durationMs: 1000 };
      expect(written(await client.replace(free, signal))).toMatchObject({ holder: '', durationMs: 1000 });
    });

    it('keeps and removes the mark that versions must be verified', async () => {
      const { client } = await open();
      const lease = written(await client.create(record, signal));
      const marked = written(await client.replace({ ...lease, mustVerify: true }, signal));
      expect(marked.mustVerify).toBe(true);
      expect(await client.read(signal)).toEqual(marked);
      const { mustVerify: _, ...unmarked } = marked;
      expect(written(await client.replace(unmarked, signal))).not.toHaveProperty('mustVerify');
    });

    it('replaces nothing where the lease was deleted, also not its successor', async () => {
      const { client, remove } = await open();
      const lease = written(await client.create(record, signal));
      await remove();
      expect((await client.replace({ ...lease, transitions: 1 }, signal)).kind).not.toBe('written');
      const next = written(await client.create(record, signal));
      expect(await client.replace({ ...lease, transitions: 1 }, signal)).toEqual({ kind: 'conflict' });
      expect(await client.read(signal)).toEqual(next);
    });
  });
}

export function written(result: LeaseWriteResult): Lease {
  if (result.kind !== 'written') expect.unreachable(`the write should have been done: ${result.kind}`);
  return result.object;
}
