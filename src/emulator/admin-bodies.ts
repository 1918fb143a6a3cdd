/** Reads what the admin port is sent. Each throws a RangeError that says what would be right. */
import type { AccessKey } from './authentication.ts';
import type { VersionChange } from './control.ts';

export function readAccessKey(body: unknown): AccessKey {
  const { secret, securityToken, expiresAt, disabled, deny, ...rest } = members(body);
  const isTexts = Array.isArray(deny) && deny.every((action) => typeof action === 'string');
  const isGood =
    typeof secret === 'string' &&
    isTextOrAbsent(securityToken) &&
    (expiresAt === undefined || !Number.isNaN(Date.parse(String(expiresAt)))) &&
    (disabled === undefined || typeof disabled === 'boolean') &&
    (deny === undefined || isTexts) &&
    Object.keys(rest).length === 0;
  if (!isGood) {
    throw new RangeError(
      'a key is {"secret": text} and optionally securityToken (text), expiresAt (ISO time), disabled (true or false), deny (list of actions)',
    );
  }
  return body as AccessKey;
}

export function readVersionChange(body: unknown): VersionChange {
  const { status, isPublished, ...rest } = members(body);
  const isGood =
    (status === undefined || ['creating', 'created', 'failed'].includes(String(status))) &&
    (isPublished === undefined || typeof isPublished === 'boolean') &&
    Object.keys(rest).length === 0;
  if (!isGood) {
    throw new RangeError(
      'a change of a version has status (creating, created or failed), isPublished (true or false), or both',
    );
  }
  return body as VersionChange;
}

export function readWord<T extends string>(body: unknown, name: string, words: readonly T[]): T {
  const value = members(body)[name];
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new RangeError(`${name} must be one of ${words.join(', ')}, not ${JSON.stringify(value)}`);
}

export function members(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) throw new RangeError('the body must be a JSON object');
  return body as Readonly<Record<string, unknown>>;
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** Undefined for an empty body. */
export function readJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RangeError('the body is not JSON', { cause });
  }
}
