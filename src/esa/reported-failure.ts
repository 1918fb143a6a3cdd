/** Finds a failure that a response's body reports, in whatever spelling: success is what the body says. */
import { isRecord } from '../core/canonical-json.ts';

export type Body = Readonly<Record<string, unknown>>;

export interface ReportedFailure {
  /** Undefined where the body names none. */
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** The members that tell, by their names in lower case without separators. */
const successNames = ['success', 'issuccess', 'successful', 'issuccessful', 'succeeded', 'ok'];
const codeNames = ['code', 'errorcode', 'errcode'];
const statusNames = ['httpstatuscode', 'httpstatus', 'httpcode', 'statuscode'];
const stateNames = ['status', 'state', 'result'];
const errorNames = ['error', 'errors', 'err', 'exception', 'fault'];
const errorTextNames = ['errormessage', 'errormsg', 'errmessage', 'errmsg'];
const textNames = ['message', ...errorTextNames, 'msg', 'description'];
/** Some APIs put what they answer one level down. */
const wrapperNames = ['data', 'result', 'response', 'body'];
const deepestWrapper = 2;

const saysNo = /^(false|0|no|n|off|fail|failed|failure|error)$/i;
const saysFailed = /^(fail|failed|failure|error|false)$/i;
const successCode = /^(0+|2\d\d|ok|true|none|null|normal|succe\w*|accepted|created)$/i;

type Members = ReadonlyMap<string, unknown>;

/** What the body of a response that is no HTTP error says of a failure; undefined where it says nothing of one. */
export function reportedFailure(body: Body): ReportedFailure | undefined {
  return failureIn(body, 0);
}

/** The code and the text of a body that stands for a failure, because of the HTTP status. */
export function failureTexts(body: Body): ReportedFailure {
  return reportedFailure(body) ?? textsOf(membersOf(body));
}

function failureIn(body: Body, depth: number): ReportedFailure | undefined {
  const members = membersOf(body);
  if (reportsFailure(members, depth)) return textsOf(members);
  if (depth === deepestWrapper) return undefined;
  for (const name of wrapperNames) {
    const inner = members.get(name);
    const failure = isRecord(inner) ? failureIn(inner, depth + 1) : undefined;
    if (failure) return failure;
  }
  return undefined;
}

function reportsFailure(members: Members, depth: number): boolean {
  const has = (names: readonly string[], test: (value: unknown) => boolean) =>
    names.some((name) => members.has(name) && test(members.get(name)));
  return (
    has(successNames, (value) => saysNo.test(textOf(value))) ||
    has(codeNames, isFailureCode) ||
    has(statusNames, (value) => Number(textOf(value)) >= 400) ||
    has(errorNames, isSomething) ||
    has(errorTextNames, isSomething) ||
    // Deeper down the status may be that of a version whose build failed.
    (depth === 0 && has(stateNames, (value) => saysFailed.test(textOf(value))))
  );
}

function isFailureCode(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !isSuccessCode(textOf(value));
}

/** Whether a code is a word for success. */
export function isSuccessCode(code: string): boolean {
  return successCode.test(code);
}

/** Whether a member that only failures have says anything. */
function isSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && !/^(|0|false|null|none|ok)$/i.test(textOf(value));
}

function textsOf(members: Members): ReportedFailure {
  const inner = innerError(members);
  const code = firstText(members, codeNames);
  const innerCode = inner && firstText(inner, codeNames);
  return {
    code: code !== undefined && isFailureCode(code) ? code : (innerCode ?? code),
    message:
      firstText(members, textNames) ??
      (inner && firstText(inner, textNames)) ??
      firstText(members, errorNames),
  };
}

function innerError(members: Members): Members | undefined {
  const found = errorNames.map((name) => members.get(name)).find(isSomething);
  const record = Array.isArray(found) ? found.find(isRecord) : found;
  return isRecord(record) ? membersOf(record) : undefined;
}

function firstText(members: Members, names: readonly string[]): string | undefined {
  return names.map((name) => textOf(members.get(name))).find((text) => text !== '');
}

/** A response has a handful of members. */
const mostMembers = 1_000;

function membersOf(body: Body): Members {
  const members = new Map<string, unknown>();
  for (const name in body) {
    if (members.size === mostMembers) break;
    members.set(name.replaceAll(/[-_]/g, '').toLowerCase(), body[name]);
  }
  return members;
}

/** Numbers and booleans say as much as their texts. */
function textOf(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : '';
}
