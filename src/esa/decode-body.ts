/** From the text of a response to an object: JSON whose numbers are kept as written, or an error in XML. */

import type { Body } from '../cloud/call.ts';
import { UnexpectedResponse } from '../cloud/unexpected-response.ts';
import { isRecord } from '../core/json/is-record.ts';
import { decodeJson, JsonTooDeepError } from '../http/decode-json.ts';
import { errorInXml } from './xml-error.ts';

/** @throws SyntaxError for what is neither; UnexpectedResponse for JSON that is nested too deep; ResponseTooLargeError */
export function decodeBody(text: string): Body {
  if (/^\s*</.test(text)) return { Error: errorInXml(text) };
  const body = decode(text.replace(/^\uFEFF/, ''));
  if (isRecord(body)) return body;
  throw new SyntaxError('the response is not a JSON object');
}

function decode(text: string): unknown {
  try {
    return decodeJson(text, longNumber.test(text) ? asWritten : undefined);
  } catch (error) {
    if (!(error instanceof JsonTooDeepError)) throw error;
    throw new UnexpectedResponse('ResponseTooDeep', error.message, {});
  }
}

/** What may be a number that JavaScript would change; looked for first, as a reviver makes decoding ten times slower. */
const longNumber = /[:[,]\s*-?(?:\d{16}|\d+[.eE])/;

/** A number that JavaScript would change, such as an id beyond 2^53, stays the text that it was. */
function asWritten(_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}
