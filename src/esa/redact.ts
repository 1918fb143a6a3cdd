/** Takes access keys, tokens and query strings out of whatever may reach a log, a status or an error. */
import type { Credential } from './credentials.ts';

export type Redact = (text: string) => string;

const mark = '[redacted]';
/** What an Alibaba Cloud key id looks like, permanent or temporary, also when it is not ours. */
const foreignKeyId = /\b(?:LTAI|STS\.)[A-Za-z0-9]{8,}/g;
const queryString = /\?[^\s"'<>]*=[^\s"'<>]*/g;

/** Replaces the credential's values, plain and percent-encoded, every other key id and every query string. */
export function redactorFor(credential: Credential): Redact {
  const { accessKeyId, accessKeySecret, securityToken = '' } = credential;
  const secrets = [securityToken, accessKeySecret, accessKeyId]
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret !== '');
  return (text) =>
    secrets
      .reduce((rest, secret) => rest.replaceAll(secret, mark), text)
      .replace(foreignKeyId, mark)
      .replace(queryString, `?${mark}`);
}

/** Applies `redact` to every text inside a value decoded from JSON. */
export function redactValue(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactValue(item, redact)]));
}

/**
 * A copy of an error and its causes that a logger may print in full: texts redacted, and of the other members only
 * Node's `code` and `syscall` (a client's errors may carry whole requests and answers).
 */
export function redactedCause(error: unknown, redact: Redact): Error {
  const source = error instanceof Error ? error : new Error(String(error));
  const cause = source.cause === undefined ? undefined : { cause: redactedCause(source.cause, redact) };
  const copy = new Error(redact(source.message), cause);
  const { code, syscall } = source as NodeJS.ErrnoException;
  for (const [key, value] of Object.entries({ name: source.name, stack: redact(source.stack ?? '') })) {
    Object.defineProperty(copy, key, { value, configurable: true, writable: true });
  }
  return Object.assign(copy, code === undefined ? {} : { code }, syscall === undefined ? {} : { syscall });
}
