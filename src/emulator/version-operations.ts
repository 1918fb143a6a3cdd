/** CreateEdgeContainerAppVersion and its Get, List and Delete (API reference section 9). */
import { versionDetail, versionListItem } from './answer-views.ts';
import { ApiError } from './api-error.ts';
import { existingApp } from './app-operations.ts';
import type { VersionQuery } from './app-versions.ts';
import type { App } from './cloud-state.ts';
import type { Parameters } from './decoded-call.ts';
import { newId } from './new-id.ts';
import type { Operation, OperationContext } from './operation.ts';
import { checkLength, readOrder, readPage, readWord, requiredParameter } from './query-parameters.ts';
import { readContainers } from './version-checks.ts';
import { type JsonObject, type VersionRecord, versionStatus } from './version-record.ts';

export const versionOperations: Readonly<Record<string, Operation>> = {
  CreateEdgeContainerAppVersion: { methods: ['POST'], run: createVersion },
  GetEdgeContainerAppVersion: { methods: ['GET'], run: getVersion },
  ListEdgeContainerAppVersions: { methods: ['GET'], run: listVersions },
  DeleteEdgeContainerAppVersion: { methods: ['POST'], httpsOnly: true, run: deleteVersion },
};

/** Checks in the order of the API reference (15.4). */
function createVersion(context: OperationContext, parameters: Parameters): JsonObject {
  const { switches } = context;
  const app = existingApp(context, parameters);
  const name = requiredParameter(parameters, 'Name', 'InvalidParameter.Name', switches);
  checkLength(name, [6, 128], 'InvalidParameter.Name');
  const remarks = parameters.Remarks ?? '';
  checkLength(remarks, [0, 1024], 'InvalidParameter');
  const text = requiredParameter(parameters, 'Containers', 'InvalidParameter', switches);
  const containers = readContainers(text, switches);
  if (isTaken(name, app, context)) throw new ApiError(switches.duplicateNameCode);
  if (switches.maxVersions > 0 && app.versions.size >= switches.maxVersions) {
    throw new ApiError('InvalidParameter');
  }
  const version = newVersion({ appId: app.record.appId, name, remarks, containers }, context);
  context.state.change({ kind: 'version', version });
  return { VersionId: version.versionId };
}

function isTaken(name: string, app: App, { switches, nowMs }: OperationContext): boolean {
  if (switches.duplicateNames === 'allowed') return false;
  if (switches.deletedNameReserved && app.deletedNames.has(name)) return true;
  return app.versions
    .named(name)
    .some((version) => switches.failedNameReserved || versionStatus(version, nowMs) !== 'failed');
}

function newVersion(
  content: Pick<VersionRecord, 'appId' | 'name' | 'remarks' | 'containers'>,
  { state, switches, nowMs, effects }: OperationContext,
): VersionRecord {
  const has = (marker: string) => content.containers.some(({ Image }) => String(Image).includes(marker));
  const isStuck = effects.status === 'creating' || (!effects.status && has(switches.stuckImageMarker));
  const fails = effects.status === 'failed' || (!effects.status && has(switches.failImageMarker));
  return {
    ...content,
    versionId: newId('ver', nowMs),
    sequence: state.nextSequence(),
    createdAtMs: nowMs,
    listedAtMs: nowMs + (effects.listDelayMs ?? switches.listDelayMs),
    foundAtMs: nowMs + (effects.getDelayMs ?? 0),
    settlesAtMs: isStuck ? null : nowMs + switches.buildDelayMs,
    outcome: fails ? 'failed' : 'created',
    publishedAtMs: null,
  };
}

function getVersion(context: OperationContext, parameters: Parameters): JsonObject {
  const version = existingVersion(context, parameters);
  if ((version.foundAtMs ?? 0) > context.nowMs) throw new ApiError(context.switches.missingVersionCode);
  return { Version: versionDetail(version, context.switches, context.nowMs) };
}

function deleteVersion(context: OperationContext, parameters: Parameters): JsonObject {
  const { appId, versionId, name, publishedAtMs } = existingVersion(context, parameters);
  if (publishedAtMs !== null && context.switches.publishedDelete === 'refused') {
    throw new ApiError(context.switches.publishedDeleteCode);
  }
  context.state.change({ kind: 'versionGone', appId, versionId, name });
  return {};
}

function existingVersion(context: OperationContext, parameters: Parameters): VersionRecord {
  const app = existingApp(context, parameters);
  const code = 'InvalidParameter.VersionId';
  const versionId = requiredParameter(parameters, 'VersionId', code, context.switches);
  if (!versionId.startsWith('ver-')) throw new ApiError(code);
  const version = app.versions.get(versionId);
  if (version === undefined) throw new ApiError(context.switches.missingVersionCode);
  return version;
}

function listVersions(context: OperationContext, parameters: Parameters): JsonObject {
  const { switches, nowMs } = context;
  const app = existingApp(context, parameters);
  const page = readPage(parameters, {
    initial: switches.defaultPageSize,
    max: 100,
    cap: switches.pageSizeCap,
  });
  const search = readSearch(context, parameters);
  const { versions, totalCount } = app.versions.page({
    ...readOrder(parameters, switches),
    ...(search && { search }),
    offset: page.offset,
    limit: page.pageSize,
    nowMs,
  });
  return {
    Versions: versions.map((version) => versionListItem(version, switches, nowMs)),
    PageNumber: page.pageNumber,
    PageSize: page.pageSize,
    TotalCount: totalCount,
  };
}

/** A SearchKey without SearchType searches names. */
function readSearch({ switches }: OperationContext, parameters: Parameters): VersionQuery['search'] {
  const by = readWord(parameters, 'SearchType', ['Name', 'VersionId'], 'Name');
  const key = parameters.SearchKey ?? '';
  return key === '' ? undefined : { by, key, mode: switches.search };
}
