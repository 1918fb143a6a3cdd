import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createLeadership } from '../../src/operator/leadership.ts';
import { KubeSession } from '../kube/kube-session.ts';
import { RawApiServer, refusal } from '../kube/raw-api-server.ts';

let server: RawApiServer;
let session: KubeSession;
beforeEach(async () => {
  server = await RawApiServer.start(refusal(403, 'Forbidden'));
  session = new KubeSession(server.kubeConfig());
});
afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function leadershipWith(flags: Readonly<Record<string, string>>) {
  const env = {
    EDGEAPP_ESA_ENDPOINT: 'https://esa.example.com',
    EDGEAPP_OWNER_ID: 'test',
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
  };
  return createLeadership(readConfig({ flags, strays: [], env }), {
    transport: session.transport,
    namespace: 'edgeapp-system',
    longestCallMs: 5000,
    wrap: (lease) => lease,
    logger: session.log,
    onLost: () => {},
  });
}

describe('the lease', () => {
  test.for([
    { flags: {}, lease: 'edgeapp-system/leases/edgeapp-operator' },
    { flags: { namespace: 'shop' }, lease: 'edgeapp-system/leases/edgeapp-operator.shop' },
    { flags: { leaseNamespace: 'ops' }, lease: 'ops/leases/edgeapp-operator' },
  ])('of $flags is $lease', async ({ flags, lease }) => {
    const election = leadershipWith(flags);
    election.start();
    await server.received(1);
    await election.stop();
    expect(server.requests[0]?.path).toBe(`/apis/coordination.k8s.io/v1/namespaces/${lease}`);
    expect(election.leadership.term()).toBeUndefined();
  });

  test('is not asked for where there is one operator alone', async () => {
    const election = leadershipWith({ leaderElect: 'false' });
    election.start();
    await election.elected(new AbortController().signal);
    const term = election.leadership.term();
    expect(term?.isHeld()).toBe(true);
    expect(election.leadership.term()).toBe(term);
    await election.stop();
    expect(server.requests).toEqual([]);
  });
});
