/** What only a cloud can answer, to any of the operator's reads. */
import type { Payload } from './hostile-proxy.ts';
import { payloads, whole } from './payloads.ts';

const text = (value: unknown) => whole(JSON.stringify(value));
const version = (fields: object) => ({
  ...{
    VersionId: 'ver-1',
    AppId: 'app-1',
    Name: 'somebody-1',
    Status: 'created',
    Remarks: '',
    Containers: [],
  },
  ...fields,
});
const list = (...versions: readonly unknown[]) => ({ TotalCount: versions.length, Versions: versions });

/** To one request. */
export const cloudPayloads: Readonly<Record<string, Payload>> = {
  'no members': text({}),
  'null in all members': text({ Versions: null, TotalCount: null, Version: null, RequestId: null }),
  'null for a version': text({ ...list(null), Version: [null] }),
  'a total below zero': text({ TotalCount: -1, Versions: [] }),
  'a total beyond all numbers': whole('{"TotalCount":1e400,"Versions":[]}'),
  'a total with as many digits as a body holds': whole(
    `{"TotalCount":${'9'.repeat(1_000_000)},"Versions":[]}`,
  ),
  'a failure with status 200': text({ Success: false, Code: 'ServiceBusy', Message: '?' }),
  'a failure without code': whole('{}', 503),
  'an id of a megabyte': text({
    ...list(version({ VersionId: 'v'.repeat(1_000_000) })),
    Version: version({ VersionId: 'v'.repeat(1_000_000) }),
  }),
  'remarks of a megabyte of marks': text({
    ...list(version({ Remarks: '[k8s owner='.repeat(90_000) })),
    Version: version({ Remarks: '[k8s owner='.repeat(90_000) }),
  }),
  'names of control characters': text({ ...list(version({ Name: '\u001b[2J\u202e\n', Remarks: '\0' })) }),
  'ten thousand versions on a page': text(
    list(...Array.from({ length: 10_000 }, (_, n) => version({ VersionId: `ver-${n}` }))),
  ),
  'a container of depth 199': text({
    Version: version({ Containers: [JSON.parse('['.repeat(190) + ']'.repeat(190))] }),
  }),
};

const anyOf = (...names: readonly (keyof typeof payloads)[]) =>
  Object.fromEntries(names.map((name) => [name, payloads[name] as Payload]));

/** To a create or a delete; most leave it open whether it was done. */
export const changePayloads: Readonly<Record<string, Payload>> = {
  ...anyOf('a body of 300 MiB', 'a body in chunks without end', 'nothing at all', 'half a body, and the end'),
  ...anyOf('JSON of depth 60,000', 'a megabyte of what begins as a token', 'a list', 'no HTTP'),
  'no members': text({}),
  'a failure with status 200': text({ Success: false, Code: 'ServiceBusy', Message: '?' }),
  'an id of control characters': text({ VersionId: '\u001b[2J\u202e\n', RequestId: '\u009b' }),
  'an id of a megabyte': text({ VersionId: 'v'.repeat(1_000_000) }),
  'an id beyond all numbers': whole('{"VersionId":1e400}'),
  'a success for something else': text({ VersionId: 'ver-1', Version: null, Success: 'yes' }),
  'a failure with an endless wait': whole(
    '{"Code":"Throttling","Message":"later"}',
    429,
    'Content-Type: application/json\r\nRetry-After: 900000000\r\n',
  ),
};

/** To every page of a list. */
export const endlessLists: Readonly<Record<string, Payload>> = {
  'a total of 999,999,999 and new ids on each page': (peer, count) =>
    text({
      TotalCount: 999_999_999,
      Versions: Array.from({ length: 100 }, (_, n) => version({ VersionId: `ver-${count}-${n}` })),
    })(peer, count),
  'a total that grows and the same page': (peer, count) =>
    text({ TotalCount: count * 100 + 1, Versions: [version({})] })(peer, count),
  'a total of 999,999,999 and no versions': text({ TotalCount: 999_999_999, Versions: [] }),
};
