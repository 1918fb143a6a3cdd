import { describe, expect, test } from 'vitest';
import { createVersion } from '../../../src/cloud/operations/create-version.ts';
import { getApp } from '../../../src/cloud/operations/get-app.ts';
import { getVersion } from '../../../src/cloud/operations/get-version.ts';
import { listVersions } from '../../../src/cloud/operations/list-versions.ts';
import { versionsInUse } from '../../../src/cloud/operations/versions-in-use.ts';
import { UnexpectedResponse } from '../../../src/cloud/unexpected-response.ts';
import { createIdCheck } from '../../../src/esa/ids.ts';

const secret = 'LTAI5tSecretOfOurs99';
const isId = createIdCheck((text) => text.replaceAll(secret, '[redacted]'));
const context = { isId, requestId: 'ID' };
const { toResult: toCreated } = createVersion({ AppId: 'app-1', Name: 'web-1.4.2', Containers: [] }, 'nonce');
const { toResult: toPage } = listVersions({ appId: 'app-1', pageNumber: 1, pageSize: 100 });
const { toResult: toDetail } = getVersion('app-1', 'ver-1');
const { toResult: toApp } = getApp('app-1');
const { toResult: toVersionsInUse } = versionsInUse('app-1', 'prod');
/** What is no id: it is set once, and each of these would stay. */
const noIds: [string, unknown][] = [
  ['two blanks', '  '],
  ['a control character', 'ver-1\u0007'],
  ['a line end', 'ver-1\n'],
  ['a megabyte', 'v'.repeat(1_000_000)],
  ['129 characters', `ver-${'1'.repeat(125)}`],
  ['a part of a path', '../ver-1'],
  ['a query', 'ver-1?AppId=2'],
  ['letters of another script', 'ver-\u0661'],
  ['a number that was rounded', '1.8446744073709552e+19'],
  ['a negative number', -5],
  ['a secret of ours', `ver-${secret}`],
];

const item = { VersionId: 'ver-1', Name: 'web-1.4.2', Remarks: 'r', Status: 'created' };
const summary = { versionId: 'ver-1', name: 'web-1.4.2', remarks: 'r', status: 'created' };

describe('a page of versions', () => {
  test.each([
    { title: 'as documented', body: { TotalCount: 1, Versions: [item] }, versions: [summary], totalCount: 1 },
    {
      title: 'with a count in digits',
      body: { TotalCount: '12', Versions: [] },
      versions: [],
      totalCount: 12,
    },
    { title: 'without a list', body: { TotalCount: 0 }, versions: [], totalCount: 0 },
    { title: 'with null for a list', body: { TotalCount: 0, Versions: null }, versions: [], totalCount: 0 },
    {
      title: 'with fields left out and a status we do not know',
      body: {
        TotalCount: 1,
        Versions: [{ VersionId: 'ver-1', Name: 'web-1.4.2', Remarks: null, Status: 'paused' }],
      },
      versions: [{ ...summary, remarks: '', status: undefined }],
      totalCount: 1,
    },
  ])('is read $title', ({ body, versions, totalCount }) => {
    expect(toPage(body, context)).toEqual({ versions, totalCount });
  });

  test.each([
    { title: 'no count', body: { Versions: [item] }, field: 'TotalCount' },
    { title: 'a count that is no number', body: { TotalCount: 'many', Versions: [] }, field: 'TotalCount' },
    { title: 'a negative count', body: { TotalCount: -1, Versions: [] }, field: 'TotalCount' },
    {
      title: 'an object for a list',
      body: { TotalCount: 1, Versions: { Version: item } },
      field: 'Versions',
    },
    { title: 'null for a version', body: { TotalCount: 1, Versions: [null] }, field: 'Versions' },
    {
      title: 'more versions than anybody asked for',
      body: { TotalCount: 10_001, Versions: Array(10_001).fill(item) },
      field: 'page',
    },
    {
      title: 'a version without id',
      body: { TotalCount: 1, Versions: [{ Name: 'web-1' }] },
      field: 'Versions',
    },
    {
      title: 'a version without name',
      body: { TotalCount: 1, Versions: [{ VersionId: 'v' }] },
      field: 'Versions',
    },
  ])('is no proof of anything with $title', ({ body, field }) => {
    expect(() => toPage(body, context)).toThrow(UnexpectedResponse);
    expect(() => toPage(body, context)).toThrow(
      field === 'page' ? 'a page holds 10001 versions' : `type of ${field} is mismatch`,
    );
  });
});

describe('a version', () => {
  const asked = { appId: 'app-1', versionId: 'ver-1' };

  test('is read with its containers untouched, whatever shape they have', () => {
    const containers = [{ Name: 'web', ProbeContent: '{"Port":8080}', IsACRImage: 'false' }, 'odd'];
    const body = { Version: { ...item, AppId: 'app-1', Containers: containers } };
    expect(toDetail(body, context)).toEqual({
      ...summary,
      appId: 'app-1',
      containers,
      requestId: 'ID',
    });
  });

  test('is the one asked for where the response does not repeat the ids', () => {
    const body = { Version: { Status: 'creating' } };
    expect(toDetail(body, context)).toMatchObject({
      ...asked,
      status: 'creating',
      containers: [],
    });
  });

  test.each([{}, { Version: null }, { Version: 'ver-1' }, { Version: [item] }])(
    'is not read from %j',
    (body) => {
      expect(() => toDetail(body, context)).toThrow('type of Version is mismatch');
    },
  );
});

test.each([{}, { VersionId: '' }, { VersionId: null }, { VersionId: { Id: 'ver-1' } }])(
  'A create that is answered with %j has no id',
  (body) => {
    expect(() => toCreated(body, context)).toThrow(
      expect.objectContaining({ code: '(200 without VersionId)' }),
    );
  },
);

describe('an id', () => {
  test.each(['ver-179550710684000021', '179550710684000021', 'V', 'ver_1.a:b', 'v'.repeat(128), 179])(
    'is taken from a create as %s',
    (VersionId) => {
      expect(toCreated({ VersionId }, context).versionId).toBe(String(VersionId));
    },
  );

  test.each(noIds)('is not taken from a create, nor from a list, where it is %s', (_what, VersionId) => {
    const create = () => toCreated({ VersionId }, context);
    const list = () => toPage({ TotalCount: 2, Versions: [item, { ...item, VersionId }] }, context);
    expect(create).toThrow(expect.objectContaining({ code: '(VersionId not usable)' }));
    expect(list).toThrow(expect.objectContaining({ code: 'type of <field> is mismatch' }));
    expect(messageOf(create).length).toBeLessThan(200);
    expect(messageOf(list).length).toBeLessThan(200);
  });

  test.each([...noIds, ['that of another version', 'ver-2']])(
    'is not taken from a Get where it is %s',
    (_what, id) => {
      const get = () => toDetail({ Version: { ...item, VersionId: id } }, context);
      expect(get).toThrow(expect.objectContaining({ code: 'type of <field> is mismatch' }));
      expect(messageOf(get).length).toBeLessThan(400);
    },
  );

  function messageOf(act: () => unknown): string {
    try {
      return String(act());
    } catch (error) {
      return (error as Error).message;
    }
  }
});

test('An app is read with its status', () => {
  expect(toApp({ App: { AppId: 'app-1', Status: 'created' } }, context)).toEqual({
    appId: 'app-1',
    status: 'created',
  });
  expect(toApp({ App: {} }, context)).toEqual({ appId: 'app-1', status: undefined });
  expect(() => toApp({}, context)).toThrow('type of App is mismatch');
});

describe('the versions in use', () => {
  test('are the deployed, the coming and the base one, each once', () => {
    const status = { DeployedVersion: 'ver-1', PublishingVersion: 'ver-2', BaseLineVersion: 'ver-1' };
    expect(toVersionsInUse({ AppStatus: status }, context)).toEqual(['ver-1', 'ver-2']);
    const none = { DeployedVersion: '', PublishingVersion: null };
    expect(toVersionsInUse({ AppStatus: none }, context)).toEqual([]);
    expect(() => toVersionsInUse({}, context)).toThrow('type of AppStatus is mismatch');
  });

  test.each([['ver-1'], { VersionId: 'ver-1' }, true, ' ver-1', 'ver-1,ver-2'].map((odd) => ({ odd })))(
    'are not known where one is $odd: what is published must not be taken for free',
    ({ odd }) => {
      for (const name of ['DeployedVersion', 'PublishingVersion', 'BaseLineVersion'])
        expect(() => toVersionsInUse({ AppStatus: { [name]: odd } }, context)).toThrow(UnexpectedResponse);
    },
  );
});

test.each(['VersionId', 'AppId', 'Name', 'Remarks'])(
  'A %s that is no text is not taken for an absent one',
  (name) => {
    for (const odd of [['x'], { Value: 'x' }, true]) {
      const version = { ...item, [name]: odd };
      expect(() => toDetail({ Version: version }, context)).toThrow(`type of ${name} is mismatch`);
      if (name === 'AppId') continue;
      const page = { TotalCount: 1, Versions: [version] };
      expect(() => toPage(page, context)).toThrow(`type of ${name} is mismatch`);
    }
  },
);
