/** The cloud of the simulation: versions, with lists that lag, refusals, and a memory of everything that was asked. */

import type { Body } from '../../src/cloud/call.ts';
import type { CreateVersionRequest } from '../../src/cloud/create-request.ts';
import type { VersionStatus } from '../../src/cloud/operations/version-summary.ts';
import { EsaError } from '../../src/core/errors/esa-error.ts';
import { parseMarker } from '../../src/kinds/edge-app-version/request/marker.ts';
import type { PageQuery, VersionQuery } from '../support/memory-esa.ts';
import type { Choices } from './choices.ts';
import type { Tally } from './tally.ts';
import type { Timeline } from './timeline.ts';

export interface CloudVersion {
  readonly versionId: string;
  readonly appId: string;
  readonly name: string;
  readonly remarks: string;
  readonly containers: readonly unknown[];
  readonly listedFromMs: number;
  /** When Get begins to show it. */
  readonly readFromMs: number;
  readonly builtAtMs: number;
  /** Some clouds delete what they do not show yet, others do not find it. */
  readonly isDeletableUnseen: boolean;
  /** Of the create that made it; empty for one that nobody of ours made. */
  readonly nonce: string;
  /** Made by nobody of ours: must stay as it is. */
  readonly isForeign: boolean;
}

export interface CloudOptions {
  readonly timeline: Timeline;
  readonly choices: Choices;
  readonly tally: Tally;
  readonly duplicateNames: 'refused' | 'unproven';
  /** How long a version may stay invisible to List, in milliseconds. */
  readonly longestListLagMs: number;
  /** Whether every version is listed and read in the end. */
  readonly isListedEver: boolean;
}

export class Cloud {
  readonly versions: CloudVersion[] = [];
  readonly deleted: CloudVersion[] = [];
  readonly #options: CloudOptions;
  /** What this cloud says to a name that is taken; not every cloud says what is documented. */
  readonly #takenCode: string;
  #lastId = 100_000_000_000_000_000n;

  constructor(options: CloudOptions) {
    this.#options = options;
    this.#takenCode = options.choices.pick(['NameAlreadyExists', 'ParameterAlreadyExist', 'Name.Taken']);
  }

  add(version: Omit<CloudVersion, 'versionId'>): CloudVersion {
    this.#lastId += 1n;
    const added = { ...version, versionId: `ver-${this.#lastId}` };
    this.versions.push(added);
    return added;
  }

  /** `namespace/name` of the object that its marker names. */
  ownerOf(versionId: string): string | undefined {
    const version = this.versions.find((candidate) => candidate.versionId === versionId);
    const owner = parseMarker(version?.remarks)?.owner;
    return owner && `${owner.namespace}/${owner.name}`;
  }

  /** The versions that List shows by now. */
  get listed(): CloudVersion[] {
    return this.versions.filter(({ listedFromMs }) => listedFromMs <= this.#options.timeline.nowMs);
  }

  create(request: CreateVersionRequest, nonce: string): Body {
    const { timeline, choices } = this.#options;
    const operation = 'CreateEdgeContainerAppVersion';
    this.#mayRefuse(operation, [
      ['Throttling.User', 400],
      ['InvalidParameter.Image', 400],
      ['NoPermission', 403],
      ['QuotaExceeded.Unlisted', 400],
      ['InternalError', 500],
      ['ServiceUnavailable', 503],
    ]);
    const isTaken = this.versions.some(({ appId, name }) => appId === request.AppId && name === request.Name);
    if (isTaken && this.#options.duplicateNames === 'refused')
      throw this.#error(operation, this.#takenCode, 400);
    const { versionId } = this.add({
      appId: request.AppId,
      name: request.Name,
      remarks: request.Remarks ?? '',
      containers: request.Containers,
      isDeletableUnseen: choices.fraction() < 0.5,
      nonce,
      ...this.#shownFrom(),
      builtAtMs: timeline.nowMs + (choices.fraction() < 0.5 ? 0 : choices.between(0, 10_000)),
      isForeign: false,
    });
    if (this.#deviates('create done, then 500', 0.02)) throw this.#error(operation, 'InternalError', 500);
    return { VersionId: versionId, RequestId: `request-of-${versionId}` };
  }

  get({ AppId, VersionId }: VersionQuery): Body {
    const operation = 'GetEdgeContainerAppVersion';
    this.#mayRefuse(operation, readRefusals);
    const version = this.#find(AppId, VersionId);
    const isShown = version && version.readFromMs <= this.#options.timeline.nowMs;
    if (!isShown) throw this.#error(operation, 'InvalidParameter.VersionId', 400);
    return { Version: { ...this.#summary(version), AppId, Containers: version.containers } };
  }

  list({ AppId, PageNumber, PageSize, SearchKey = '' }: PageQuery): Body {
    this.#mayRefuse('ListEdgeContainerAppVersions', readRefusals);
    const all = this.listed.filter((version) => version.appId === AppId && version.name.includes(SearchKey));
    const first = (PageNumber - 1) * PageSize;
    const versions = all.slice(first, first + PageSize).map((version) => this.#summary(version));
    const isTorn = this.#deviates('list with a wrong total', 0.02);
    return { Versions: versions, TotalCount: all.length + (isTorn ? 1 : 0) };
  }

  delete({ AppId, VersionId }: VersionQuery): Body {
    const operation = 'DeleteEdgeContainerAppVersion';
    this.#mayRefuse(operation, readRefusals);
    const version = this.#find(AppId, VersionId);
    const isShown = version && version.readFromMs <= this.#options.timeline.nowMs;
    if (!version || !(isShown || version.isDeletableUnseen))
      throw this.#error(operation, 'InvalidParameter.VersionId', 400);
    if (this.#deviates('delete accepted and not done', 0.05))
      return { RequestId: `request-of-delete-${VersionId}` };
    this.versions.splice(this.versions.indexOf(version), 1);
    this.deleted.push(version);
    return { RequestId: `request-of-delete-${VersionId}` };
  }

  /** As a person in the console does. */
  removeByHand(versionId: string): void {
    const index = this.versions.findIndex((version) => version.versionId === versionId);
    if (index >= 0) this.versions.splice(index, 1);
  }

  inUse(): Body {
    this.#mayRefuse('GetEdgeContainerAppStatus', readRefusals);
    return { AppStatus: {} };
  }

  app(): Body {
    this.#mayRefuse('GetEdgeContainerApp', readRefusals);
    return { App: { Status: 'created' } };
  }

  #find(appId: string, versionId: string): CloudVersion | undefined {
    return this.versions.find((version) => version.appId === appId && version.versionId === versionId);
  }

  #summary({ versionId, name, remarks, builtAtMs }: CloudVersion): Body {
    const status: VersionStatus = builtAtMs <= this.#options.timeline.nowMs ? 'created' : 'creating';
    return { VersionId: versionId, Name: name, Remarks: remarks, Status: status };
  }

  #shownFrom(): Pick<CloudVersion, 'listedFromMs' | 'readFromMs'> {
    const { choices, longestListLagMs, isListedEver, timeline } = this.#options;
    const lagMs = this.#deviates('list lag', 0.3) ? choices.between(0, longestListLagMs) : 0;
    const listedFromMs = timeline.nowMs + lagMs;
    if (isListedEver || !this.#deviates('listed and read late', 0.02))
      return { listedFromMs, readFromMs: timeline.nowMs };
    const lateMs = timeline.nowMs + choices.pick([2 * longestListLagMs, 8 * longestListLagMs, neverMs]);
    return { listedFromMs: lateMs, readFromMs: lateMs };
  }

  #mayRefuse(operation: string, refusals: readonly (readonly [string, number])[]): void {
    const [code, status] = this.#options.choices.pick(refusals as [readonly [string, number]]);
    if (this.#deviates(`${operation} refused`, 0.04)) throw this.#error(operation, code, status);
  }

  #deviates(kind: string, probability: number): boolean {
    const happens = this.#options.choices.deviates(kind, probability);
    if (happens) this.#options.tally.fault(kind);
    return happens;
  }

  #error(operation: string, code: string, httpStatus: number): EsaError {
    return new EsaError({ operation, code, message: `the cloud says ${code}`, httpStatus, requestId: 'R-1' });
  }
}

const neverMs = 1e12;

const readRefusals = [
  ['Throttling', 400],
  ['ServiceUnavailable', 503],
  ['InternalError', 500],
  ['SystemBusy', 400],
] as const;
