import { describe, expect, it } from 'vitest';
import { createLeaseClient } from '../../src/kube/lease-client.ts';
import type { LeaseClient } from '../../src/runtime/election/lease.ts';
import { KubeSession } from './kube-session.ts';
import { json, RawApiServer } from './raw-api-server.ts';

const key = { namespace: 'system', name: 'edgeapp-operator' };
const record = { holder: 'us', durationMs: 20_000, acquiredWallMs: 0, renewedWallMs: 1, transitions: 0 };
const ours = { ...record, resourceVersion: '6' };

function aLease(holderIdentity: string, metadata: object = {}) {
  return { metadata: { ...key, uid: 'u', resourceVersion: '7', ...metadata }, spec: { holderIdentity } };
}

async function answered<T>(body: object, call: (client: LeaseClient, signal: AbortSignal) => Promise<T>) {
  await using server = await RawApiServer.start(json(200, body));
  await using session = new KubeSession(server.kubeConfig());
  return await call(createLeaseClient(session.transport, key), new AbortController().signal);
}

describe('a response that does not show the lease', () => {
  it.each([
    {},
    { metadata: key, spec: {} },
    { kind: 'Status', status: 'Success', metadata: {} },
    aLease('', { resourceVersion: '' }),
    aLease('', { name: 'another' }),
  ])('is no answer: %j', async (body) => {
    const noAnswer = expect.objectContaining({ code: 'InvalidResponse' });
    await expect(answered(body, (client, signal) => client.read(signal))).rejects.toEqual(noAnswer);
    await expect(answered(body, (client, signal) => client.replace(ours, signal))).rejects.toEqual(noAnswer);
    await expect(answered(body, (client, signal) => client.create(record, signal))).rejects.toEqual(noAnswer);
  });
});

describe('a write of the lease', () => {
  it.each<['create' | 'replace', object, string]>([
    ['create', aLease('us'), 'written'],
    ['create', aLease('them'), 'conflict'],
    ['replace', aLease('us'), 'written'],
    ['replace', aLease('them'), 'conflict'],
    ['replace', aLease(''), 'conflict'],
  ])('counts where the response to a %s shows its holder: %j is %s', async (method, body, kind) => {
    expect(await answered(body, (client, signal) => client[method](ours, signal))).toMatchObject({ kind });
  });

  it('that is to mark it counts where the response shows the mark', async () => {
    const marked = { ...ours, mustVerify: true };
    expect(await answered(aLease('us'), (client, signal) => client.replace(marked, signal))).toEqual({
      kind: 'conflict',
    });
  });
});
