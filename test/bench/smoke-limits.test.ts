import { describe, expect, it } from 'vitest';
import { brokenLimits } from '../../bench/smoke-limits.ts';

const good = {
  apiPutPerObject: 1,
  apiPatchPerObject: 1,
  auditedWritesPerObject: 2,
  apiGetPerObject: 0,
  apiListPerObject: 0,
  cloudCreatePerObject: 1,
  restApiRequests: 0,
  restLeaseRequests: 2,
  restCloudCalls: 0,
};

describe('the limits of the smoke test', () => {
  it('let pass what the operator should cost', () => {
    expect(brokenLimits(good)).toEqual([]);
  });

  it.each([
    { title: 'a second create', figures: { cloudCreatePerObject: 1.02 }, says: 'creates in the cloud' },
    {
      title: 'a create that is missing',
      figures: { cloudCreatePerObject: 0.98 },
      says: 'creates in the cloud',
    },
    { title: 'a fourth write', figures: { apiPutPerObject: 2.02 }, says: 'writes to the API server' },
    {
      title: 'a fourth write that the server did not count',
      figures: { auditedWritesPerObject: 4 },
      says: 'audit log: 4',
    },
    { title: 'a read of what the watch brought', figures: { apiGetPerObject: 1 }, says: 'reads from' },
    {
      title: 'a request at rest',
      figures: { restApiRequests: 1 },
      says: 'requests to the API server at rest: 1',
    },
    { title: 'a lease that nobody renews', figures: { restLeaseRequests: 0 }, says: 'renewals of the lease' },
    {
      title: 'a call to the cloud at rest',
      figures: { restCloudCalls: 1 },
      says: 'calls to the cloud at rest: 1',
    },
  ])('stop $title', ({ figures, says }) => {
    const [problem, ...others] = brokenLimits({ ...good, ...figures });
    expect(problem).toContain(says);
    expect(others).toEqual([]);
  });

  it.each(Object.keys(good))('stop a run that did not measure %s', (name) => {
    expect(brokenLimits({ ...good, [name]: undefined as unknown as number })).toHaveLength(1);
  });
});
