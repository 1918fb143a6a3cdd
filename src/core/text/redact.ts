/** Takes secrets out of text that may reach a log, a status or an error, in each of their encodings and in linear time. */
import { cutText } from './cut-text.ts';

export type Redact = (text: string) => string;

/** What stands in the place of a secret. */
export const redacted = '[redacted]';

/**
 * What an Alibaba Cloud key id looks like, permanent or temporary, a token and a password of HTTP, also when it is not ours.
 * Linear: a match that has begun cannot fail late.
 */
const foreignSecret =
  /\b(?:[Ll][Tt][Aa][Ii]|STS\.)[A-Za-z0-9]{8,}|\b[Bb][Ee][Aa][Rr][Ee][Rr] +[^\s"']+|\b[Bb][Aa][Ss][Ii][Cc] +(?![A-Za-z][a-z]*\b)[\w+/=]{8,}|\beyJ[\w-]{8,}(?:\.[\w-]+)*/g;

/** V8 has no stack for a match of some millions of characters. Nobody shows a text of this length. */
const longestText = 1_000_000;

/**
 * Replaces `secrets` and everything that looks like a key id or a token: plain, in another case, percent-encoded any
 * number of times, escaped for JSON or XML, in hexadecimal, and in base64, also as a part of something longer, and each of
 * these broken into lines. A text of more than a million characters is cut there.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const known = secrets.filter(Boolean).toSorted(longestFirst);
  const [whole, broken] = ['', gap].map((between) => {
    const patterns = known.flatMap((secret) => patternsOf(secret, between));
    return patterns.length > 0 ? new RegExp(patterns.join('|'), 'gi') : /(?!)/g;
  }) as [RegExp, RegExp];
  return (given) => {
    const text = cutText(given, longestText);
    return text.replace(breaksWithin.test(text) ? broken : whole, redacted).replace(foreignSecret, redacted);
  };
}

function longestFirst(one: string, other: string): number {
  return other.length - one.length;
}

/** Shorter texts have base64 and hexadecimal forms that other texts contain by chance. */
const shortestEncoded = 8;
/** So many characters tell a token from every other text; what follows them without a break belongs to it. */
const longestSpelled = 32;
const lineBreak =
  '(?:[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u2028\\u2029]|\\\\{1,4}(?:[nr]|u000[ad])|%(?:25)*0[ad]|&#(?:x0*[ad]|0*1[03]);)';
/** What may stand between two characters where an encoder or a page ends its lines. It begins like none of them. */
const gap = `(?:${lineBreak}{1,4}[ \\t]{0,32})?`;
/** Few texts have line breaks but at their end, and looking for them within secrets takes its time. */
const breaksWithin = new RegExp(`${lineBreak}(?!$)`, 'i');
const restOfToken = `(?:[\\w%+/=.~!*():@$^-]|\\\\{1,4}(?=[/u])|&(?:#\\w{1,6}|amp);|${lineBreak}{1,4}[ \\t]{0,32}(?=[\\w+/=-]{16}))*`;

/** @param between what may stand between two characters */
function patternsOf(secret: string, between: string): string[] {
  const isLong = secret.length > longestSpelled && /^[\w+/=.-]+$/.test(secret);
  const start = isLong ? secret.slice(0, longestSpelled) : secret;
  const spelled = Array.from(start, patternOfCharacter);
  if (start.length < shortestEncoded) return [spelled.join('')];
  const encoded = [Buffer.from(start).toString('hex'), ...base64Of(start)].map((text) =>
    Array.from(text, patternOfDigit),
  );
  return [spelled, ...encoded].map((characters) => characters.join(between) + (isLong ? restOfToken : ''));
}

/** Itself, or what an encoder makes of it. The repetitions are bounded, or begin only at a character of their own. */
function patternOfCharacter(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, '0');
  const literal = character.replace(/[^\w\s]/g, '\\$&');
  const escaped = /["\\/]/.test(character) ? `\\\\{0,4}${literal}` : literal;
  return `(?:${escaped}|%(?:25)*${hex}|\\\\{1,4}u00${hex}|&#(?:x0*${hex}|0*${code});)`;
}

/** Of base64 and hexadecimal. */
function patternOfDigit(digit: string): string {
  return { '+': '(?:[+-]|%2B)', '/': '(?:\\\\?/|_|%2F)' }[digit] ?? digit;
}

/** Of its three positions in groups of three bytes, the characters that its neighbours do not change. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const whole = Math.floor(((before + Buffer.byteLength(secret)) * 8) / 6);
    return encoded.slice(first, whole);
  });
}

/** Takes out what looks like a secret, whoever's it is. */
export const redactForeign: Redact = createRedactor([]);
