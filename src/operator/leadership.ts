/** Whether this process may act: elected by a Lease, or told that it is alone. */
import { hostname } from 'node:os';
import type { ObjectKey } from '../api/kube-object.ts';
import type { Config } from '../config/config.ts';
import { ExpectedError } from '../core/errors/expected-error.ts';
import type { Logger } from '../core/logger.ts';
import { createLeaseClient } from '../kube/lease-client.ts';
import { noticeRestore } from '../kube/lease-history.ts';
import type { KubeTransport } from '../kube/transport.ts';
import { createLeaderElection, type LeaderElection } from '../runtime/election/leader-election.ts';
import type { LeaseClient } from '../runtime/election/lease.ts';
import { leaseDurationsFor } from '../runtime/election/lease-durations.ts';
import { systemClock as clock, systemRandom as random } from './system-clock.ts';

export interface LeadershipOptions {
  /** Of its own, so that a burst of work cannot hold up a renewal. */
  readonly transport: KubeTransport;
  /** Where the Lease is unless `config` says. */
  readonly namespace: string;
  /** The longest that a call to the cloud may take: nobody takes over before the last one has ended. */
  readonly longestCallMs: number;
  /** Puts something around the client of the Lease before it is used. */
  readonly wrap: (lease: LeaseClient) => LeaseClient;
  readonly logger: Logger;
  /** The process must end then, for the reason given; see LeaderElectionOptions. */
  readonly onLost: (reason: Error) => void;
}

export function createLeadership(config: Config, options: LeadershipOptions): LeaderElection {
  if (!config.leaderElect) return soleLeader;
  const { transport, longestCallMs, wrap, logger, onLost } = options;
  const key = toLeaseKey(config, options.namespace);
  return createLeaderElection({
    lease: noticeRestore(wrap(createLeaseClient(transport, key)), () => {
      // The lease may have been lost before, so that the process ends for that reason.
      logger.error({ Lease: key }, 'API server went back to an earlier state');
      onLost(new ExpectedError(wentBack));
    }),
    identity: `${hostname()}_${random.uuid()}`,
    clock,
    random,
    logger: logger.child({ Lease: key }),
    durations: leaseDurationsFor(longestCallMs),
    onLost: () => onLost(new ExpectedError('the lease was lost: another operator may work now')),
  });
}

const wentBack =
  'the API server went back to an earlier state, as of a backup: a new process has to read everything anew';

/** Operators for different namespaces do not stand in each other's way, so each has a lease of its own. */
export function toLeaseKey(
  { leaseNamespace, namespace }: Pick<Config, 'leaseNamespace' | 'namespace'>,
  fallback: string,
): ObjectKey {
  const name = namespace ? `edgeapp-operator.${namespace}` : 'edgeapp-operator';
  return { namespace: leaseNamespace ?? fallback, name };
}

/** Nobody else would notice that the API server went back in time while this process was down. */
const soleTerm = { isHeld: () => true };
const soleLeader: LeaderElection = {
  leadership: { term: () => soleTerm },
  start: () => {},
  elected: async () => {},
  isHealthy: () => true,
  mustVerify: () => true,
  verified: () => {},
  stop: async () => {},
};
