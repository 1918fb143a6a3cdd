import { expect, test } from 'vitest';
import { countRequests } from '../../bench/audit-log.ts';

test('the audit log is counted by verb and resource, and by path where there is no resource', () => {
  const events = [
    { verb: 'watch', requestURI: '/apis/x/v1/things?watch=1', objectRef: { resource: 'things' } },
    { verb: 'update', requestURI: '/x', objectRef: { resource: 'things', subresource: 'status', name: 'a' } },
    { verb: 'update', requestURI: '/x', objectRef: { resource: 'things', subresource: 'status', name: 'b' } },
    { verb: 'get', requestURI: '/apis?timeout=32s' },
  ];
  expect(countRequests(events.map((event) => `${JSON.stringify(event)}\n`).join(''))).toEqual({
    'watch things': 1,
    'update things/status': 2,
    'get /apis': 1,
  });
});
