/** Takes access keys, tokens and query strings out of what a call ended with, and cuts it where it is long. */

import type { Credential } from '../cloud/credential.ts';
import { cutText } from '../core/text/cut-text.ts';
import { toPrintable } from '../core/text/printable.ts';
import { createRedactor, type Redact, redacted } from '../core/text/redact.ts';

const queryString = /\?[^\s"'<>?=]*=[^\s"'<>]*/g;

/** Replaces the credential's values in every encoding, every other key id and every query string. */
export function redactorFor({ accessKeyId, accessKeySecret, securityToken = '' }: Credential): Redact {
  const redact = createRedactor([securityToken, accessKeySecret, accessKeyId]);
  return (text) => redact(text).replace(queryString, `?${redacted}`);
}

/** Nothing beyond is looked at: no code or text that means something is as long. */
const longestRead = 64 * 1024;

/** `text` from outside as people may see it: without secrets and control characters, cut after `maxLength` characters. */
export function toShown(text: string, maxLength: number, redact: Redact): string {
  return cutText(toPrintable(redact(text.slice(0, longestRead))), maxLength);
}

const longestText = 1024;
const mostMembers = 50;
const deepest = 8;

/** A value decoded from JSON as people may see it: its texts and names shown, and only so much of it. */
export function toShownValue(value: unknown, redact: Redact, depth = 0): unknown {
  if (typeof value === 'string') return toShown(value, longestText, redact);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return '... [cut]';
  const below = (item: unknown) => toShownValue(item, redact, depth + 1);
  if (Array.isArray(value)) return value.slice(0, mostMembers).map(below);
  const shown: Record<string, unknown> = {};
  let count = 0;
  for (const name in value) {
    count += 1;
    if (count > mostMembers) break;
    shown[toShown(name, longestText, redact)] = below((value as Record<string, unknown>)[name]);
  }
  return shown;
}

/**
 * A copy of an error and its causes that a logger may print in full: texts redacted, and of the other members only
 * Node's `code` and `syscall` (a client's errors may carry whole requests and responses).
 */
export function redactedCause(error: unknown, redact: Redact): Error {
  const source = error instanceof Error ? error : new Error(String(error));
  const cause = source.cause === undefined ? undefined : { cause: redactedCause(source.cause, redact) };
  const copy = new Error(toShown(source.message, longestText, redact), cause);
  const { code, syscall } = source as NodeJS.ErrnoException;
  const stack = redact((source.stack ?? '').slice(0, longestRead));
  for (const [key, value] of Object.entries({ name: source.name, stack })) {
    Object.defineProperty(copy, key, { value, configurable: true, writable: true });
  }
  return Object.assign(copy, code === undefined ? {} : { code }, syscall === undefined ? {} : { syscall });
}
