/** Reads the answers of the version and app calls loosely: the cloud's types vary (API reference 5, 9.2, 9.3). */

import type { VersionDetail, VersionPage, VersionStatus, VersionSummary } from '../cloud/esa-api.ts';
import { isRecord } from '../core/json/is-record.ts';
import { cutText } from '../core/text/cut-text.ts';
import type { AnswerContext } from './api-caller.ts';
import { UnexpectedAnswer } from './failed-answer.ts';
import type { IsId } from './ids.ts';
import type { Body } from './reported-failure.ts';

/** @throws UnexpectedAnswer without a VersionId, or with one that is none: the version may exist all the same. */
export function toVersionId(body: Body, { isId }: Pick<AnswerContext, 'isId'>): string {
  const versionId = text(body.VersionId);
  if (versionId === '') {
    throw new UnexpectedAnswer(
      '(200 without VersionId)',
      'the response to the create has no VersionId',
      body,
    );
  }
  if (isId(versionId)) return versionId;
  throw new UnexpectedAnswer(
    '(VersionId not usable)',
    `the VersionId is not one: ${quoted(versionId)}`,
    body,
  );
}

/** @throws UnexpectedAnswer without an object `Version`, or where it is not the one that was asked for. */
export function toVersionDetail(
  body: Body,
  asked: { readonly appId: string; readonly versionId: string },
  { requestId, isId }: AnswerContext,
): VersionDetail {
  const version = body.Version;
  if (!isRecord(version)) throw mismatch('Version', 'object', body);
  const [appId, versionId] = [textMember(version, 'AppId', body), textMember(version, 'VersionId', body)];
  if ((versionId !== '' && versionId !== asked.versionId) || (appId !== '' && !isId(appId))) {
    const found = `${quoted(versionId)} of ${quoted(appId)}`;
    throw new UnexpectedAnswer(mismatchCode, `the response is about another version: ${found}`, body);
  }
  return {
    ...toSummary(version, body),
    appId: appId || asked.appId,
    versionId: asked.versionId,
    containers: Array.isArray(version.Containers) ? version.Containers : [],
    requestId,
  };
}

/** @throws UnexpectedAnswer without a TotalCount, or with an item that has no id or name: it would prove nothing. */
export function toVersionPage(body: Body, { isId }: Pick<AnswerContext, 'isId'>): VersionPage {
  const totalCount = count(body.TotalCount);
  if (totalCount === undefined) throw mismatch('TotalCount', 'number', body);
  const items = body.Versions ?? [];
  if (!Array.isArray(items)) throw mismatch('Versions', 'array', body);
  if (items.length > mostOnPage) {
    const message = `a page holds ${items.length} versions, more than the ${mostOnPage} that are read`;
    throw new UnexpectedAnswer(mismatchCode, message, body);
  }
  return { versions: items.map((item) => toListed(item, isId, body)), totalCount };
}

/** At most 100 are asked for. */
const mostOnPage = 10_000;

function toListed(item: unknown, isId: IsId, body: Body): VersionSummary {
  const version = isRecord(item) ? toSummary(item, body) : undefined;
  if (version?.versionId && version.name) {
    if (isId(version.versionId)) return version;
    throw new UnexpectedAnswer(
      mismatchCode,
      `a listed VersionId is not one: ${quoted(version.versionId)}`,
      body,
    );
  }
  throw mismatch('Versions', 'array of versions with VersionId and Name', body);
}

/** @throws UnexpectedAnswer without an object `App`. */
export function toApp(body: Body, appId: string): { appId: string; status: string | undefined } {
  const app = body.App;
  if (!isRecord(app)) throw mismatch('App', 'object', body);
  return { appId: text(app.AppId) || appId, status: text(app.Status) || undefined };
}

/** @throws UnexpectedAnswer without an object `AppStatus`, or with an id that is none: it would prove nothing. */
export function toVersionsInUse(body: Body, { isId }: Pick<AnswerContext, 'isId'>): readonly string[] {
  const status = body.AppStatus;
  if (!isRecord(status)) throw mismatch('AppStatus', 'object', body);
  const members = ['DeployedVersion', 'PublishingVersion', 'BaseLineVersion'];
  const ids = members.map((name) => textMember(status, name, body)).filter((id) => id !== '');
  const odd = ids.find((id) => !isId(id));
  if (odd === undefined) return [...new Set(ids)];
  throw new UnexpectedAnswer(mismatchCode, `the id of a version in use is not one: ${quoted(odd)}`, body);
}

/** @throws UnexpectedAnswer where a member that is there is no text */
function toSummary(version: Members, body: Body): VersionSummary {
  const status = text(version.Status);
  return {
    versionId: textMember(version, 'VersionId', body),
    name: textMember(version, 'Name', body),
    remarks: textMember(version, 'Remarks', body),
    status: isVersionStatus(status) ? status : undefined,
  };
}

function isVersionStatus(word: string): word is VersionStatus {
  return word === 'creating' || word === 'created' || word === 'failed';
}

const mismatchCode = 'type of <field> is mismatch';

/** @param holder of the field, where that is not the body itself */
function mismatch(field: string, expected: string, body: Body, holder: Members = body): UnexpectedAnswer {
  const message = `type of ${field} is mismatch, expect ${expected}, but ${typeof holder[field]}`;
  return new UnexpectedAnswer(mismatchCode, message, body);
}

/** An id that is none, so that a person sees what it is made of. */
function quoted(id: string): string {
  return JSON.stringify(cutText(id, 64));
}

type Members = Readonly<Record<string, unknown>>;

/** Empty where it is absent, and there alone: an id or a mark of another form is not a missing one. */
function textMember(holder: Members, name: string, body: Body): string {
  const value = holder[name] ?? '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw mismatch(name, 'string', body, holder);
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function count(value: unknown): number | undefined {
  const number = /^\d/.test(text(value)) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
