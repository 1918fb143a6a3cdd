import { describe, expect, it } from 'vitest';
import { parseApiRequests } from '../../../bench/measure/api-requests.ts';
import { difference, total } from '../../../bench/measure/counts.ts';

const metrics = `# HELP apiserver_request_total [STABLE] Counter of apiserver requests.
# TYPE apiserver_request_total counter
apiserver_request_total{code="200",component="apiserver",dry_run="",group="esa.alibabacloud.com",resource="edgeappversions",scope="resource",subresource="status",verb="PUT",version="v1alpha1"} 70
apiserver_request_total{code="409",component="apiserver",dry_run="",group="esa.alibabacloud.com",resource="edgeappversions",scope="resource",subresource="status",verb="PUT",version="v1alpha1"} 5
apiserver_request_total{code="201",component="apiserver",dry_run="",group="esa.alibabacloud.com",resource="edgeappversions",scope="resource",subresource="",verb="POST",version="v1alpha1"} 1.5e+03
apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="",scope="",subresource="/readyz",verb="GET",version=""} 12
apiserver_request_total_of_another_kind{resource="edgeappversions",verb="PUT"} 9
apiserver_request_terminations_total{code="429",resource="edgeappversions",verb="PUT"} 3
`;

describe('parseApiRequests', () => {
  it('adds up the answers of all codes for each verb and resource, and leaves out what is none', () => {
    expect(parseApiRequests(metrics)).toEqual({
      'PUT edgeappversions/status': 75,
      'POST edgeappversions': 1500,
    });
  });

  it('finds nothing in a text without such a counter', () => {
    expect(parseApiRequests('go_goroutines 9\n')).toEqual({});
  });
});

describe('difference', () => {
  it('tells what was added, also to a counter that was not there before, and nothing else', () => {
    expect(difference({ a: 5, b: 2, c: 1 }, { a: 3, b: 2 })).toEqual({ a: 2, c: 1 });
  });
});

describe('total', () => {
  it('adds up the counters whose name passes', () => {
    const counts = { 'PUT a': 1, 'PUT b': 2, 'GET a': 4 };
    expect(total(counts, (name) => name.startsWith('PUT '))).toBe(3);
    expect(total(counts)).toBe(7);
  });
});
