import { describeLeaseClient } from '../kube/lease-client-contract.ts';
import { MemoryLease } from './memory-lease.ts';

describeLeaseClient('a lease in memory', async () => {
  const lease = new MemoryLease();
  return { client: lease.client(), remove: async () => lease.delete() };
});
