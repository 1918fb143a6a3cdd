import esa, * as models from '@alicloud/esa20240910';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Send } from '../../src/cloud/call.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { deleteVersion } from '../../src/cloud/operations/delete-version.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { getVersion } from '../../src/cloud/operations/get-version.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { versionsInUse } from '../../src/cloud/operations/versions-in-use.ts';
import { connect, keys } from './connect.ts';
import { oddCreateRequest, oddText } from './odd-requests.ts';
import { type RawServer, type ReceivedRequest, startRawServer } from './raw-server.ts';

/** One answer that satisfies every call. */
const answer = JSON.stringify({
  RequestId: 'ID',
  VersionId: 'ver-1',
  Version: {},
  Versions: [],
  TotalCount: 0,
  App: {},
  AppStatus: {},
});

let server: RawServer;
let ours: Send;
let official: InstanceType<typeof esa.default>;

beforeAll(async () => {
  server = await startRawServer((response) => response.end(answer));
  ours = await connect(server.url);
  const { host } = new URL(server.url);
  const config = { ...keys, endpoint: host, protocol: 'http', readTimeout: 30_000, connectTimeout: 30_000 };
  official = new esa.default(new $OpenApiUtil.Config(config));
});

afterAll(() => server[Symbol.asyncDispose]());

interface OtherCall {
  readonly action: string;
  readonly theirs: (client: typeof official, appId: string, other: string) => Promise<unknown>;
  readonly own: (send: Send, appId: string, other: string) => Promise<unknown>;
}

const page = { pageNumber: 3, pageSize: 100 };

const calls: OtherCall[] = [
  {
    action: 'GetEdgeContainerAppVersion',
    theirs: (client, appId, versionId) =>
      client.getEdgeContainerAppVersion(new models.GetEdgeContainerAppVersionRequest({ appId, versionId })),
    own: (send, appId, versionId) => send(getVersion(appId, versionId)),
  },
  {
    action: 'ListEdgeContainerAppVersions',
    theirs: (client, appId) =>
      client.listEdgeContainerAppVersions(new models.ListEdgeContainerAppVersionsRequest({ appId, ...page })),
    own: (send, appId) => send(listVersions({ appId, ...page })),
  },
  {
    action: 'ListEdgeContainerAppVersions with a name to search',
    theirs: (client, appId, searchKey) =>
      client.listEdgeContainerAppVersions(
        new models.ListEdgeContainerAppVersionsRequest({ appId, ...page, searchType: 'Name', searchKey }),
      ),
    own: (send, appId, searchName) => send(listVersions({ appId, ...page, searchName })),
  },
  {
    action: 'DeleteEdgeContainerAppVersion',
    theirs: (client, appId, versionId) =>
      client.deleteEdgeContainerAppVersion(
        new models.DeleteEdgeContainerAppVersionRequest({ appId, versionId }),
      ),
    own: (send, appId, versionId) => send(deleteVersion(appId, versionId)),
  },
  {
    action: 'GetEdgeContainerApp',
    theirs: (client, appId) => client.getEdgeContainerApp(new models.GetEdgeContainerAppRequest({ appId })),
    own: (send, appId) => send(getApp(appId)),
  },
  {
    action: 'GetEdgeContainerAppStatus',
    theirs: (client, appId) =>
      client.getEdgeContainerAppStatus(
        new models.GetEdgeContainerAppStatusRequest({ appId, publishEnv: 'prod' }),
      ),
    own: (send, appId) => send(versionsInUse(appId, 'prod')),
  },
];

describe('the request is the one that the official SDK sends', () => {
  test('for many versions, parameter by parameter', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(oddCreateRequest, async (request) => {
        const model = new models.CreateEdgeContainerAppVersionRequest(toModelFields(request));
        const theirs = await sent(official.createEdgeContainerAppVersion(model));
        const own = await sent(ours(createVersion(request, `nonce-${number++}`)));
        expect(own).toEqual(theirs);
        expect(own.parameters).toEqual(request);
      }),
      { numRuns: 300 },
    );
  });

  test.each(calls)('for $action, whatever the ids and names are', async ({ theirs, own }) => {
    await fc.assert(
      fc.asyncProperty(oddText, oddText, async (appId, other) => {
        expect(await sent(own(ours, appId, other))).toEqual(await sent(theirs(official, appId, other)));
      }),
      { numRuns: 50 },
    );
  });
});

/** How long a body is, an HTTP client may say before or while it sends. */
const ofTransport = ['content-length', 'transfer-encoding'];

/** What arrived at the server for this call, without what differs from call to call. */
async function sent(call: Promise<unknown>) {
  server.requests.length = 0;
  await call;
  const [{ method, path, headers, parameters }] = server.requests as [ReceivedRequest];
  const { Containers, ...others } = parameters;
  return {
    method,
    path,
    headerNames: Object.keys(headers)
      .filter((name) => !ofTransport.includes(name))
      .sort(),
    signedHeaders: /SignedHeaders=[^,]*/.exec(headers.authorization ?? '')?.[0],
    action: headers['x-acs-action'],
    version: headers['x-acs-version'],
    accept: headers.accept,
    contentType: headers['content-type'],
    parameters: Containers === undefined ? others : { ...others, Containers: JSON.parse(Containers) },
  };
}

/** The SDK's models name each field of the wire in camelCase, with this one exception. */
function toModelFields<T>(value: T): T {
  if (Array.isArray(value)) return value.map(toModelFields) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [modelName(key), toModelFields(item)]),
  ) as T;
}

function modelName(wireName: string): string {
  return wireName === 'ACRImageInfo' ? wireName : wireName.charAt(0).toLowerCase() + wireName.slice(1);
}
