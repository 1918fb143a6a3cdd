/** Reads the answers of the version and app calls loosely: the cloud's types vary (API reference 5, 9.2, 9.3). */
import type { VersionStatus } from '../core/edge-app-version.ts';
import type { VersionDetail, VersionPage, VersionSummary } from '../ports.ts';
import type { AnswerBody } from './api-caller.ts';
import { UnexpectedAnswer } from './failed-answer.ts';

/** @throws UnexpectedAnswer without a VersionId: the version may exist all the same. */
export function toVersionId(body: AnswerBody): string {
  const versionId = text(body.VersionId);
  if (versionId === '') {
    throw new UnexpectedAnswer('(200 without VersionId)', 'the answer to the create has no VersionId', body);
  }
  return versionId;
}

/** @throws UnexpectedAnswer without an object `Version`. */
export function toVersionDetail(
  body: AnswerBody,
  asked: { readonly appId: string; readonly versionId: string },
  requestId: string | undefined,
): VersionDetail {
  const version = body.Version;
  if (!isRecord(version)) throw mismatch('Version', 'object', body);
  return {
    ...toSummary(version),
    appId: text(version.AppId) || asked.appId,
    versionId: text(version.VersionId) || asked.versionId,
    containers: Array.isArray(version.Containers) ? version.Containers : [],
    requestId,
  };
}

/** @throws UnexpectedAnswer without a TotalCount, or with an item that has no id or name: it would prove nothing. */
export function toVersionPage(body: AnswerBody): VersionPage {
  const totalCount = count(body.TotalCount);
  if (totalCount === undefined) throw mismatch('TotalCount', 'number', body);
  const items = body.Versions ?? [];
  if (!Array.isArray(items)) throw mismatch('Versions', 'array', body);
  const versions = items.map((item) => (isRecord(item) ? toSummary(item) : undefined));
  if (!versions.every((item) => item !== undefined && item.versionId !== '' && item.name !== '')) {
    throw mismatch('Versions', 'array of versions with VersionId and Name', body);
  }
  return { versions: versions as VersionSummary[], totalCount };
}

/** @throws UnexpectedAnswer without an object `App`. */
export function toApp(body: AnswerBody, appId: string): { appId: string; status: string | undefined } {
  const app = body.App;
  if (!isRecord(app)) throw mismatch('App', 'object', body);
  return { appId: text(app.AppId) || appId, status: text(app.Status) || undefined };
}

/** @throws UnexpectedAnswer without an object `AppStatus`: it would prove nothing. */
export function toVersionsInUse(body: AnswerBody): readonly string[] {
  const status = body.AppStatus;
  if (!isRecord(status)) throw mismatch('AppStatus', 'object', body);
  const ids = [status.DeployedVersion, status.PublishingVersion, status.BaseLineVersion].map(text);
  return [...new Set(ids)].filter((id) => id !== '');
}

function toSummary(version: Readonly<Record<string, unknown>>): VersionSummary {
  const status = text(version.Status);
  return {
    versionId: text(version.VersionId),
    name: text(version.Name),
    remarks: text(version.Remarks),
    status: isVersionStatus(status) ? status : undefined,
  };
}

function isVersionStatus(word: string): word is VersionStatus {
  return word === 'creating' || word === 'created' || word === 'failed';
}

function mismatch(field: string, expected: string, body: AnswerBody): UnexpectedAnswer {
  const message = `type of ${field} is mismatch, expect ${expected}, but ${typeof body[field]}`;
  return new UnexpectedAnswer('type of <field> is mismatch', message, body);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function count(value: unknown): number | undefined {
  return /^\d{1,9}$/.test(text(value)) ? Number(value) : undefined;
}
