import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLeaseClient } from '../../src/kube/lease-client.ts';
import { loadKubeConfig } from '../../src/kube/load-kube-config.ts';
import { createTransport, type KubeTransport } from '../../src/kube/transport.ts';
import { systemClock as clock, systemRandom as random } from '../../src/operator/system-clock.ts';
import { createLeaderElection, type LeaderElection } from '../../src/runtime/election/leader-election.ts';
import type { LeaseDurations } from '../../src/runtime/election/lease-durations.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { eventually } from '../support/eventually.ts';
import { describeLeaseClient, record, signal, written } from './lease-client-contract.ts';
import { LogRecorder } from './log-recorder.ts';

const namespace = 'edgeapp-system';
/** What deploy/ grants: create cannot be bound to a name. */
const role = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'leader-election', namespace },
  rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] }],
};
const binding = {
  apiVersion: role.apiVersion,
  kind: 'RoleBinding',
  metadata: role.metadata,
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
  subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace }],
};
const short: LeaseDurations = {
  leaseMs: 3000,
  renewDeadlineMs: 2000,
  retryPeriodMs: 400,
  longestCallMs: 1000,
};
/** Outlives a restart of the API server on a busy machine. */
const long: LeaseDurations = { ...short, leaseMs: 60_000, renewDeadlineMs: 55_000 };

let controlPlane: ControlPlane;
let kubeconfig: string;
let lastName = 0;
const transports: KubeTransport[] = [];
const freshName = () => `lease-${++lastName}`;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  kubeconfig = await controlPlane.serviceAccountKubeconfig(namespace, 'operator');
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [role, binding] });
  await controlPlane.kubectl(['apply', '-f', '-'], { input });
});
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
});
afterAll(() => controlPlane?.stop());

function connect(name: string, at = namespace) {
  const kubeConfig = loadKubeConfig({ file: kubeconfig, env: {} });
  const transport = createTransport(kubeConfig, { connections: 1, clock, random, logger: new LogRecorder() });
  transports.push(transport);
  return createLeaseClient(transport, { namespace: at, name });
}

interface StoredLease {
  readonly metadata: { readonly labels?: object; readonly managedFields?: object };
  readonly spec: Readonly<Record<string, unknown>>;
}
const kubectl = (...args: string[]) => controlPlane.kubectl(['-n', namespace, ...args]);
const stored = async (name: string): Promise<StoredLease> =>
  JSON.parse((await kubectl('get', 'lease', name, '-o', 'json')).stdout);

describeLeaseClient('a lease on an API server, with the rights of deploy/', async () => {
  const name = freshName();
  return { client: connect(name), remove: async () => void (await kubectl('delete', 'lease', name)) };
});

describe('a lease as others read it', () => {
  it('has the members of client-go, times with six digits', async () => {
    const name = freshName();
    await connect(name).create(record, signal);
    expect((await stored(name)).spec).toEqual({
      holderIdentity: 'host-0',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-02T08:00:00.007000Z',
      renewTime: '2026-11-02T08:00:00.007000Z',
      leaseTransitions: 0,
    });
    expect((await kubectl('get', 'lease', name)).stdout).toMatch(/HOLDER.*\n.*host-0/);
  });

  it('keeps what others wrote into it', async () => {
    const name = freshName();
    const client = connect(name);
    await client.create(record, signal);
    await kubectl('label', 'lease', name, 'team=shop');
    const lease = await client.read(signal);
    if (!lease) expect.unreachable();
    written(await client.replace({ ...lease, transitions: 3 }, signal));
    expect(await stored(name)).toMatchObject({
      metadata: { labels: { team: 'shop' } },
      spec: { leaseTransitions: 3 },
    });
  });

  it('is read also where its writer left everything out', async () => {
    const name = freshName();
    const manifest = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
    await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(manifest) });
    expect(await connect(name).read(signal)).toMatchObject({
      holder: '',
      durationMs: undefined,
      transitions: 0,
      renewedWallMs: 0,
    });
  });

  it('fails to be made in a namespace that is missing, or not granted', async () => {
    await expect(connect(freshName(), 'elsewhere').create(record, signal)).rejects.toMatchObject({
      name: 'KubeError',
      status: 403,
    });
  });
});

interface Contender {
  readonly identity: string;
  readonly election: LeaderElection;
  readonly log: LogRecorder;
  readonly onLost: () => void;
}

function join(name: string, durations: LeaseDurations): Contender {
  const identity = random.uuid();
  const onLost = vi.fn();
  const log = new LogRecorder();
  const options = { lease: connect(name), identity, clock, random, durations, onLost };
  const election = createLeaderElection({ ...options, logger: log });
  election.start();
  return { identity, election, log, onLost };
}

const isLeading = ({ election }: Contender) => election.leadership.term() !== undefined;
const elected = ({ election }: Contender) => election.elected(signal);

describe('two processes on one API server', () => {
  it('lead one after the other, the second as soon as the first gives the lease back', async () => {
    const name = freshName();
    const first = join(name, long);
    await elected(first);
    const second = join(name, long);
    await eventually(() => expect(second.log.messages('info')).toEqual(['New leader elected']));
    expect([isLeading(first), isLeading(second)]).toEqual([true, false]);
    await first.election.stop();
    await elected(second);
    expect([isLeading(first), isLeading(second)]).toEqual([false, true]);
    expect((await stored(name)).spec).toMatchObject({ holderIdentity: second.identity, leaseTransitions: 1 });
    await second.election.stop();
    expect((await stored(name)).spec).toMatchObject({ leaseDurationSeconds: 1, leaseTransitions: 1 });
    expect((await stored(name)).spec.holderIdentity ?? '').toBe('');
    expect(first.onLost).not.toHaveBeenCalled();
  });

  it('keep their parts while the API server is started anew', async () => {
    const name = freshName();
    const first = join(name, long);
    await elected(first);
    const term = first.election.leadership.term();
    const second = join(name, long);
    await controlPlane.restartApiServer('SIGKILL');
    const { renewTime } = (await stored(name)).spec;
    await eventually(async () => expect((await stored(name)).spec.renewTime).not.toBe(renewTime));
    expect(first.election.leadership.term()).toBe(term);
    expect(isLeading(second)).toBe(false);
    await Promise.all([second.election.stop(), first.election.stop()]);
  });

  it('neither lead while the API server is down, and the other one may once it is back', async () => {
    const name = freshName();
    const first = join(name, short);
    await elected(first);
    const second = join(name, short);
    await controlPlane.stopApiServer('SIGKILL');
    await eventually(() => expect(first.onLost).toHaveBeenCalledTimes(1));
    expect([isLeading(first), isLeading(second)]).toEqual([false, false]);
    await controlPlane.startApiServer();
    await elected(second);
    expect([isLeading(first), isLeading(second)]).toEqual([false, true]);
    await Promise.all([second.election.stop(), first.election.stop()]);
    expect(first.onLost).toHaveBeenCalledTimes(1);
  });
});
