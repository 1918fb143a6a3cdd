import { describe, expect, test } from 'vitest';
import {
  toApp,
  toVersionDetail,
  toVersionId,
  toVersionPage,
  toVersionsInUse,
} from '../../src/esa/answers.ts';
import { UnexpectedAnswer } from '../../src/esa/failed-answer.ts';

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
    expect(toVersionPage(body)).toEqual({ versions, totalCount });
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
    expect(() => toVersionPage(body)).toThrow(UnexpectedAnswer);
    expect(() => toVersionPage(body)).toThrow(`type of ${field} is mismatch`);
  });
});

describe('a version', () => {
  const asked = { appId: 'app-1', versionId: 'ver-1' };

  test('is read with its containers untouched, whatever shape they have', () => {
    const containers = [{ Name: 'web', ProbeContent: '{"Port":8080}', IsACRImage: 'false' }, 'odd'];
    const body = { Version: { ...item, AppId: 'app-1', Containers: containers } };
    expect(toVersionDetail(body, asked, 'ID')).toEqual({
      ...summary,
      appId: 'app-1',
      containers,
      requestId: 'ID',
    });
  });

  test('is the one asked for where the answer does not repeat the ids', () => {
    const body = { Version: { Status: 'creating' } };
    expect(toVersionDetail(body, asked, undefined)).toMatchObject({
      ...asked,
      status: 'creating',
      containers: [],
    });
  });

  test.each([{}, { Version: null }, { Version: 'ver-1' }, { Version: [item] }])(
    'is not read from %j',
    (body) => {
      expect(() => toVersionDetail(body, asked, 'ID')).toThrow('type of Version is mismatch');
    },
  );
});

test.each([{}, { VersionId: '' }, { VersionId: null }, { VersionId: { Id: 'ver-1' } }])(
  'A create that is answered with %j has no id',
  (body) => {
    expect(() => toVersionId(body)).toThrow(expect.objectContaining({ code: '(200 without VersionId)' }));
  },
);

test('An app is read with its status', () => {
  expect(toApp({ App: { AppId: 'app-1', Status: 'created' } }, 'app-1')).toEqual({
    appId: 'app-1',
    status: 'created',
  });
  expect(toApp({ App: {} }, 'app-1')).toEqual({ appId: 'app-1', status: undefined });
  expect(() => toApp({}, 'app-1')).toThrow('type of App is mismatch');
});

test('The versions in use are the deployed, the coming and the base one, each once', () => {
  const status = { DeployedVersion: 'ver-1', PublishingVersion: 'ver-2', BaseLineVersion: 'ver-1' };
  expect(toVersionsInUse({ AppStatus: status })).toEqual(['ver-1', 'ver-2']);
  expect(toVersionsInUse({ AppStatus: { DeployedVersion: '', PublishingVersion: null } })).toEqual([]);
  expect(() => toVersionsInUse({})).toThrow('type of AppStatus is mismatch');
});
