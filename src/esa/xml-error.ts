/** The error of a gateway in XML: some refuse a call before the API sees it, and few of them speak JSON. */
import type { Body } from '../cloud/call.ts';
import { isSuccessCode } from './reported-failure.ts';

/** An error is short; whatever is longer is something else. */
const longestError = 64 * 1024;
const fields = ['Code', 'Message', 'RequestId', 'HostId'] as const;

/** @throws SyntaxError for what is no error in XML, such as a page */
export function errorInXml(text: string): Body {
  const head = text.slice(0, longestError);
  const found = fields.map((name) => [name, elementIn(head, name)] as const);
  const error = Object.fromEntries(found.filter(([, value]) => value !== undefined));
  const isPage = /<(!doctype\s+)?html\b/i.test(head);
  if (isPage || error.Code === undefined || isSuccessCode(error.Code)) {
    throw new SyntaxError('the response is neither JSON nor an error in XML');
  }
  return error;
}

/** The text of the first element of this name, whatever its case, prefix and attributes. */
function elementIn(text: string, name: string): string | undefined {
  const pattern = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^<>]*)?>(?:<!\\[CDATA\\[)?([^<\\]]*)`, 'i');
  const content = pattern.exec(text)?.[1]?.trim();
  return content === undefined || content === '' ? undefined : content.replace(entity, toCharacter);
}

const entity = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function toCharacter(whole: string, hex?: string, decimal?: string, name = ''): string {
  const point = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
  if (point === undefined) return named[name.toLowerCase()] ?? whole;
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
}
