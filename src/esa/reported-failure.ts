/** Finds a failure that a response's body reports, in whatever spelling: success is what the body says. */
import type { Body } from '../cloud/call.ts';
import { isRecord } from '../core/json/is-record.ts';

export interface ReportedFailure {
  /** Undefined where the body names none. */
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** The members that tell, by their names in lower case without separators. */
const successNames = ['success', 'issuccess', 'successful', 'issuccessful', 'succeeded', 'ok'];
const codeNames = ['code', 'errorcode', 'errcode'];
const statusNames = ['httpstatuscode', 'httpstatus', 'httpcode', 'statuscode', 'status'];
const stateNames = ['status', 'state', 'result'];
const errorNames = ['error', 'errors', 'err', 'exception', 'fault'];
const errorTextNames = ['errormessage', 'errormsg', 'errmessage', 'errmsg'];
const textNames = ['message', ...errorTextNames, 'msg', 'description'];
/** Some APIs put what they return one level down. */
const wrapperNames = ['data', 'result', 'response', 'body'];
const deepestWrapper = 2;

const saysNo = /^(false|0|no|n|off|fail|failed|failure|error)$/i;
const saysFailed = /^(fail|failed|failure|error|false)$/i;
const successCode = /^(0+|2\d\d|ok|true|none|null|normal|succe\w*|accepted|created)$/i;

/** The values by those names: two names may differ in their case alone. */
type Members = ReadonlyMap<string, readonly unknown[]>;

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
  for (const inner of valuesOf(members, wrapperNames)) {
    const failure = isRecord(inner) ? failureIn(inner, depth + 1) : undefined;
    if (failure) return failure;
  }
  return undefined;
}

function reportsFailure(members: Members, depth: number): boolean {
  const has = (names: readonly string[], test: (value: unknown) => boolean) =>
    valuesOf(members, names).some(test);
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
  const codes = textsIn(members, codeNames);
  return {
    code: codes.find(isFailureCode) ?? inner?.code ?? codes[0],
    message: textsIn(members, textNames)[0] ?? inner?.message ?? textsIn(members, errorNames)[0],
  };
}

/** The first of those that are no bare texts. */
function innerError(members: Members): ReportedFailure | undefined {
  const inner = valuesOf(members, errorNames).flat().filter(isRecord).find(isSomething);
  return inner && textsOf(membersOf(inner));
}

function textsIn(members: Members, names: readonly string[]): string[] {
  return valuesOf(members, names)
    .flat()
    .map(textOf)
    .filter((text) => text !== '');
}

function valuesOf(members: Members, names: readonly string[]): unknown[] {
  return names.flatMap((name) => members.get(name) ?? []);
}

/** A response has a handful of members. */
const mostMembers = 1_000;

function membersOf(body: Body): Members {
  const names = Map.groupBy(Object.keys(body).slice(0, mostMembers), (name) =>
    name.replaceAll(/[-_]/g, '').toLowerCase(),
  );
  return new Map(Array.from(names, ([name, spelled]) => [name, spelled.map((each) => body[each])]));
}

/** Numbers and booleans say as much as their texts. */
function textOf(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : '';
}
