/** Takes secrets out of text that may reach a log, a status or an error, in each of their encodings and in linear time. */
import { cutText } from './cut-text.ts';

export type Redact = (text: string) => string;

/** What stands in the place of a secret. */
export const redacted = '[redacted]';

/**
 * What an Alibaba Cloud key id looks like, permanent or temporary, and a token, also when it is not ours. Linear: a match
 * that has begun cannot fail late.
 */
const foreignSecret =
  /\b(?:[Ll][Tt][Aa][Ii]|STS\.)[A-Za-z0-9]{8,}|\bBearer [\w.~+/-]+=*|\beyJ[\w-]{8,}(?:\.[\w-]+)*/g;

/** V8 has no stack for a match of some millions of characters. Nobody shows a text of this length. */
const longestText = 1_000_000;

/**
 * Replaces `secrets` and everything that looks like a key id or a token: plain, in another case, percent-encoded any
 * number of times, escaped for JSON or XML, in hexadecimal, and in base64, also as a part of something longer. A text of more than a million
 * characters is cut there.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const patterns = secrets.filter(Boolean).toSorted(longestFirst).flatMap(patternsOf);
  const own = patterns.length > 0 ? new RegExp(patterns.join('|'), 'gi') : undefined;
  return (whole) => {
    const text = cutText(whole, longestText);
    return (own ? text.replace(own, redacted) : text).replace(foreignSecret, redacted);
  };
}

function longestFirst(one: string, other: string): number {
  return other.length - one.length;
}

/** Shorter texts have base64 and hexadecimal forms that other texts contain by chance. */
const shortestEncoded = 8;
/** So many characters tell a token from every other text; what follows them without a break belongs to it. */
const longestSpelled = 32;
const restOfToken = '(?:[\\w%+/=.~!*():@$^-]|\\\\{1,4}(?=[/u])|&(?:#\\w{1,6}|amp);)*';

function patternsOf(secret: string): string[] {
  const isLong = secret.length > longestSpelled && /^[\w+/=.-]+$/.test(secret);
  const start = isLong ? secret.slice(0, longestSpelled) : secret;
  const spelled = Array.from(start, patternOfCharacter).join('');
  const encoded =
    start.length < shortestEncoded ? [] : [Buffer.from(start).toString('hex'), ...base64Of(start)];
  return [spelled, ...encoded].map((pattern) => (isLong ? pattern + restOfToken : pattern));
}

/** Itself, or what an encoder makes of it. The repetitions are bounded, or begin only at a character of their own. */
function patternOfCharacter(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, '0');
  const literal = character.replace(/[^\w\s]/g, '\\$&');
  const escaped = /["\\/]/.test(character) ? `\\\\{0,4}${literal}` : literal;
  return `(?:${escaped}|%(?:25)*${hex}|\\\\{1,4}u00${hex}|&#(?:x0*${hex}|0*${code});)`;
}

/** Of its three positions in groups of three bytes, the characters that its neighbours do not change. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const whole = Math.floor(((before + Buffer.byteLength(secret)) * 8) / 6);
    return encoded.slice(first, whole).replaceAll('+', '(?:[+-]|%2B)').replaceAll('/', '(?:\\\\?/|_|%2F)');
  });
}
