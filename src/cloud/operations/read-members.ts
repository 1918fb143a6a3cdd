/** Reads members of a response loosely: the cloud's types vary (API reference 5, 9.2, 9.3). */
import { isRecord } from '../../core/json/is-record.ts';
import { cutText } from '../../core/text/cut-text.ts';
import type { Body } from '../call.ts';
import { UnexpectedResponse } from '../unexpected-response.ts';

export const mismatchCode = 'type of <field> is mismatch';

/** @param holder of the field, where that is not the body itself */
export function mismatch(
  field: string,
  expected: string,
  body: Body,
  holder: Body = body,
): UnexpectedResponse {
  const message = `type of ${field} is mismatch, expect ${expected}, but ${typeof holder[field]}`;
  return new UnexpectedResponse(mismatchCode, message, body);
}

/** @throws UnexpectedResponse where the body has no object of this name */
export function objectMember(body: Body, name: string): Body {
  const value = body[name];
  if (isRecord(value)) return value;
  throw mismatch(name, 'object', body);
}

/**
 * Empty where it is absent, and there alone: an id or a mark of another form is not a missing one.
 * @param body the whole response
 * @throws UnexpectedResponse for what is no text
 */
export function textMember(holder: Body, name: string, body: Body): string {
  const value = holder[name] ?? '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw mismatch(name, 'string', body, holder);
}

/** Empty for what is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** An id that is none, so that a person sees what it is made of. */
export function quoted(id: string): string {
  return JSON.stringify(cutText(id, 64));
}
