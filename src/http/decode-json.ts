/**
 * JSON from outside, with limits: on its depth, as much of what handles a value later calls itself at each level, and on
 * the number of values, as a megabyte of small ones takes thirty in memory, and a second to build.
 */
import { ResponseTooLargeError } from './body-buffer.ts';

/** Code of the error for JSON that is nested deeper than `maxJsonDepth`. */
export const jsonTooDeep = 'JsonTooDeep';
/** Kubernetes objects and responses of the cloud have about ten levels. */
export const maxJsonDepth = 200;
/** Half a megabyte of Kubernetes objects has some 10,000. */
export const maxValues = 100_000;
/** Too short for too many values, whatever it holds. */
const smallLength = 100_000;

export class JsonTooDeepError extends Error {
  override readonly name = 'JsonTooDeepError';
  readonly code = jsonTooDeep;

  constructor() {
    super(`the JSON is nested deeper than ${maxJsonDepth} levels`);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Gives what stands in the place of a member's or an item's value; `source` is the text of a primitive one. */
export type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

/**
 * The decoded value, unchecked.
 * @throws SyntaxError for what is not JSON; before anything is built, JsonTooDeepError, and ResponseTooLargeError for more
 * than `maxValues`
 */
export function decodeJson(text: string, reviver?: Reviver): unknown {
  if (text.length > smallLength || hasManyOpenings(text)) checkLimits(text);
  return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
}

/** Cheap, and enough for most: what opens few brackets cannot be deep. */
function hasManyOpenings(text: string): boolean {
  let openings = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      openings += 1;
      if (openings > maxJsonDepth) return true;
    }
  }
  return false;
}

/** Every value but the first of its array or object has a comma before it, and every first one an opening bracket. */
function checkLimits(text: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === closeBrace || code === closeBracket) depth -= 1;
    else if (code === comma) values += 1;
    else if (code === openBrace || code === openBracket) {
      depth += 1;
      values += 1;
    }
    if (depth > maxJsonDepth) throw new JsonTooDeepError();
    if (values > maxValues) throw new ResponseTooLargeError(`${maxValues} values`);
  }
}

/** Where the string ends that begins at `start`; the end of the text where it does not end. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}
