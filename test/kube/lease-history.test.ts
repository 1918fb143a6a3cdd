import { describe, expect, test } from 'vitest';
import { noticeRestore } from '../../src/kube/lease-history.ts';
import type { LeaseClient } from '../../src/runtime/election/lease.ts';
import { MemoryLease } from '../support/memory-lease.ts';

const { signal } = new AbortController();
const held = { holder: 'a', durationMs: 15_000, acquiredWallMs: 1, renewedWallMs: 1, transitions: 0 };

/** A server whose lease has been written three times, and a client of it that counts what it notices. */
function startServer() {
  const server = { lease: new MemoryLease(), timesNoticed: 0 };
  for (let write = 0; write < 3; write += 1) server.lease.write({ ...held, renewedWallMs: write });
  const direct: LeaseClient = {
    read: (...given) => server.lease.client().read(...given),
    create: (...given) => server.lease.client().create(...given),
    replace: (...given) => server.lease.client().replace(...given),
  };
  const client = noticeRestore(direct, () => {
    server.timesNoticed += 1;
  });
  return { server, client };
}

describe('a lease that goes back to an earlier version', () => {
  test('is noticed by a look, once', async () => {
    const { server, client } = startServer();
    await client.read(signal);
    server.lease = new MemoryLease();
    server.lease.write(held);
    await client.read(signal);
    await client.read(signal);
    expect(server.timesNoticed).toBe(1);
  });

  test('is noticed when it is made anew', async () => {
    const { server, client } = startServer();
    await client.read(signal);
    server.lease = new MemoryLease();
    expect(await client.read(signal)).toBeUndefined();
    expect(server.timesNoticed).toBe(0);
    await client.create(held, signal);
    expect(server.timesNoticed).toBe(1);
  });

  test('is noticed by a write on its old version', async () => {
    const { server, client } = startServer();
    await client.read(signal);
    server.lease = new MemoryLease();
    const restored = server.lease.write(held);
    await client.replace({ ...restored, renewedWallMs: 7 }, signal);
    expect(server.timesNoticed).toBe(1);
  });

  test('is marked, so that the next leader verifies all versions, whoever writes meanwhile', async () => {
    const { server, client } = startServer();
    await client.read(signal);
    server.lease = new MemoryLease();
    server.lease.write(held);
    let isFirst = true;
    const { replace } = MemoryLease.prototype.client.call(server.lease);
    server.lease.client = () => ({
      ...MemoryLease.prototype.client.call(server.lease),
      replace: (lease, given) => {
        if (isFirst) server.lease.write({ ...held, holder: 'b' });
        isFirst = false;
        return replace(lease, given);
      },
    });
    await client.read(signal);
    expect(server.lease.stored).toMatchObject({ holder: 'b', mustVerify: true });
  });

  test('stays marked by whatever the same process writes later', async () => {
    const { server, client } = startServer();
    await client.read(signal);
    server.lease = new MemoryLease();
    server.lease.write(held);
    await client.read(signal);
    const marked = await client.read(signal);
    if (!marked) expect.unreachable('it was written');
    const { mustVerify: _, ...released } = { ...marked, holder: '' };
    await client.replace(released, signal);
    expect(server.lease.stored).toMatchObject({ holder: '', mustVerify: true });
  });
});

describe('a lease that goes on', () => {
  test('is nothing to notice, whatever becomes of it', async () => {
    const { server, client } = startServer();
    const lease = await client.read(signal);
    if (!lease) expect.unreachable('it was written');
    await client.replace({ ...lease, holder: 'b' }, signal);
    expect(await client.replace({ ...lease, holder: 'c' }, signal)).toEqual({ kind: 'conflict' });
    server.lease.delete();
    await client.read(signal);
    await client.create(held, signal);
    await client.read(signal);
    expect(server.timesNoticed).toBe(0);
  });

  test('is nothing to notice in an answer that comes after that of a later call', async () => {
    const lease = new MemoryLease();
    lease.write(held);
    const { promise: delay, resolve: deliver } = Promise.withResolvers<void>();
    let isDelayed = true;
    const journey = async <T>(apply: () => T): Promise<T> => {
      const answer = apply();
      if (isDelayed) await delay;
      return answer;
    };
    let timesNoticed = 0;
    const client = noticeRestore(lease.client(journey), () => {
      timesNoticed += 1;
    });
    const late = client.read(signal);
    isDelayed = false;
    lease.write({ ...held, renewedWallMs: 2 });
    await client.read(signal);
    deliver();
    await late;
    expect(timesNoticed).toBe(0);
  });
});
