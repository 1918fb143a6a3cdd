/** CreateEdgeContainerApp, its Get, List and Delete, and what it has published, as far as versions need them (API reference section 11). */
import { writeTime } from './answer-views.ts';
import { ApiError } from './api-error.ts';
import type { App, AppRecord, AppStatus } from './cloud-state.ts';
import type { Parameters } from './decoded-call.ts';
import { fuzzyMatch } from './name-index.ts';
import { newId } from './new-id.ts';
import type { Operation, OperationContext } from './operation.ts';
import {
  checkLength,
  readAppId,
  readInteger,
  readOrder,
  readPage,
  readWord,
  requiredParameter,
} from './query-parameters.ts';
import type { JsonObject, VersionRecord } from './version-record.ts';

export const appOperations: Readonly<Record<string, Operation>> = {
  CreateEdgeContainerApp: { methods: ['POST'], run: createApp },
  GetEdgeContainerApp: { methods: ['POST', 'GET'], run: getApp },
  ListEdgeContainerApps: { methods: ['POST', 'GET'], run: listApps },
  DeleteEdgeContainerApp: { methods: ['POST'], httpsOnly: true, run: deleteApp },
  GetEdgeContainerAppStatus: { methods: ['POST', 'GET'], run: getAppStatus },
};

/** The app that the call names. @throws ApiError `InvalidParameter.appid`, `InvalidApp.NotFound` */
export function existingApp(context: OperationContext, parameters: Parameters): App {
  const appId = readAppId(parameters, context.switches);
  const app = context.state.app(appId) ?? autoCreated(appId, context);
  if (app === undefined || appStatus(app.record, context.nowMs) === 'deleted') {
    throw new ApiError('InvalidApp.NotFound');
  }
  return app;
}

export function appStatus(app: AppRecord, nowMs: number): AppStatus {
  return app.fixedStatus ?? (nowMs < app.settlesAtMs ? 'creating' : 'created');
}

/** An app that exists without having been created through the API. */
export function seededApp(appId: string, nowMs: number): AppRecord {
  return {
    appId,
    name: appId,
    remarks: '',
    servicePort: 80,
    targetPort: 80,
    healthCheck: readHealthCheck({}),
    createdAtMs: nowMs,
    settlesAtMs: nowMs,
    fixedStatus: null,
  };
}

function autoCreated(appId: string, { state, switches, nowMs }: OperationContext): App | undefined {
  if (!switches.autoCreateApps) return undefined;
  state.change({ kind: 'app', app: seededApp(appId, nowMs) });
  return state.app(appId);
}

function createApp({ state, switches, nowMs }: OperationContext, parameters: Parameters): JsonObject {
  const name = requiredParameter(parameters, 'Name', 'InvalidParameter.Name', switches);
  checkLength(name, [6, 128], 'InvalidParameter.Name');
  if (!/^[a-z][a-z0-9-]*[a-z0-9]$/.test(name)) throw new ApiError('InvalidParameter.Name');
  for (const port of ['ServicePort', 'TargetPort']) {
    requiredParameter(parameters, port, 'InvalidParameter', switches);
  }
  const app: AppRecord = {
    appId: newId('app', nowMs),
    name,
    remarks: parameters.Remarks ?? '',
    servicePort: readInteger(parameters, 'ServicePort', [1, 65_535], 80),
    targetPort: readInteger(parameters, 'TargetPort', [1, 65_535], 80),
    healthCheck: readHealthCheck(parameters),
    createdAtMs: nowMs,
    settlesAtMs: nowMs + switches.appBuildDelayMs,
    fixedStatus: null,
  };
  const isTaken = state
    .apps()
    .some(({ record }) => record.name === name && appStatus(record, nowMs) !== 'deleted');
  if (isTaken) throw new ApiError('NameAlreadyExists');
  state.change({ kind: 'app', app });
  return { AppId: app.appId };
}

function readHealthCheck(parameters: Parameters): JsonObject {
  const number = (name: string, max: number, initial: number) =>
    readInteger(parameters, `HealthCheck${name}`, [1, max], initial);
  const uri = parameters.HealthCheckURI ?? '/';
  checkLength(uri, [1, 80], 'InvalidParameter');
  return {
    Type: readWord(parameters, 'HealthCheckType', ['', 'l4', 'l7'], ''),
    Host: parameters.HealthCheckHost ?? '',
    HttpCode: readWord(parameters, 'HealthCheckHttpCode', ['http_2xx', 'http_3xx'], 'http_2xx'),
    Method: readWord(parameters, 'HealthCheckMethod', ['HEAD', 'GET'], 'HEAD'),
    Uri: uri,
    Port: number('Port', 65_535, 80),
    Timeout: number('Timeout', 100, 3),
    Interval: number('Interval', 50, 5),
    SuccTimes: number('SuccTimes', 10, 2),
    FailTimes: number('FailTimes', 10, 5),
  };
}

function getApp(context: OperationContext, parameters: Parameters): JsonObject {
  const { state, switches } = context;
  const appId = readAppId(parameters, switches);
  const app = state.app(appId) ?? autoCreated(appId, context);
  if (app === undefined || !isReturned(app, context)) throw new ApiError('InvalidApp.NotFound');
  return { App: appView(app, context) };
}

function isReturned(app: App, { switches, nowMs }: OperationContext): boolean {
  return appStatus(app.record, nowMs) !== 'deleted' || switches.deletedApps === 'returned';
}

function appView({ record, versions }: App, { switches, nowMs }: OperationContext): JsonObject {
  return {
    AppId: record.appId,
    Name: record.name,
    Remarks: record.remarks,
    Status: appStatus(record, nowMs),
    CreateTime: writeTime(record.createdAtMs, switches),
    UpdateTime: writeTime(record.createdAtMs, switches),
    DomainName: '',
    GatewayType: 'l7',
    QuicCid: 'false',
    ServicePort: record.servicePort,
    TargetPort: record.targetPort,
    VersionCount: versions.size,
    HealthCheck: record.healthCheck,
  };
}

function listApps(context: OperationContext, parameters: Parameters): JsonObject {
  const { state, switches, nowMs } = context;
  const page = readPage(parameters, { initial: 20, max: 500, cap: switches.pageSizeCap });
  const by = readWord(parameters, 'SearchType', ['Name', 'Appid', 'AppId'], 'Name');
  const key = parameters.SearchKey ?? '';
  const { orderBy, descending } = readOrder(parameters, switches);
  const found = state
    .apps()
    .filter((app) => isReturned(app, context))
    .filter(({ record }) => fuzzyMatch(by === 'Name' ? record.name : record.appId, key, switches.search));
  if (orderBy === 'Name') found.sort((one, other) => (one.record.name < other.record.name ? -1 : 1));
  if (descending) found.reverse();
  return {
    Apps: found.slice(page.offset, page.offset + page.pageSize).map((app) => ({
      ...appView(app, context),
      Percentage: appStatus(app.record, nowMs) === 'creating' ? 50 : 100,
    })),
    PageNumber: page.pageNumber,
    PageSize: page.pageSize,
    TotalCount: found.length,
  };
}

function deleteApp(context: OperationContext, parameters: Parameters): JsonObject {
  const app = existingApp(context, parameters);
  if (context.switches.nonEmptyAppDelete === 'refused' && app.versions.size > 0) {
    throw new ApiError('Record.AlreadyExist');
  }
  context.state.change({ kind: 'app', app: { ...app.record, fixedStatus: 'deleted' } });
  return { State: 'ok' };
}

/** An environment runs the version that was published last; only `prod` is ever published to here. */
function getAppStatus(context: OperationContext, parameters: Parameters): JsonObject {
  const { record, versions } = existingApp(context, parameters);
  const environment = readWord(parameters, 'PublishEnv', ['prod', 'staging'], 'prod');
  const published = environment === 'prod' ? lastPublished(versions.all()) : undefined;
  const time = published?.publishedAtMs ? writeTime(published.publishedAtMs, context.switches) : '';
  return {
    AppStatus: {
      PublishEnv: environment,
      DeployStatus: published ? 'deployed' : 'undeploy',
      PublishStatus: published ? 'published' : '',
      PublishType: published ? 'percentage' : '',
      PublishPercentage: published ? 100 : 0,
      ExpectPercentage: published ? 100 : 0,
      BaseLineVersion: published?.versionId ?? '',
      DeployedVersion: published?.versionId ?? '',
      PublishingVersion: '',
      DeployTime: time || writeTime(record.createdAtMs, context.switches),
      PublishTime: time,
    },
  };
}

function lastPublished(versions: readonly VersionRecord[]): VersionRecord | undefined {
  const published = versions.filter(({ publishedAtMs }) => publishedAtMs !== null);
  return published.reduce<VersionRecord | undefined>(
    (last, version) => ((last?.publishedAtMs ?? 0) > (version.publishedAtMs ?? 0) ? last : version),
    undefined,
  );
}
