/** Makes text from outside safe to show: on a terminal, in a status, in a log. */

/** Controls (C0, DEL, C1), invisible format characters such as those that turn the direction, line ends, half characters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Puts an escape such as `\n` or `\u001b` in the place of each character that a terminal obeys instead of showing it.
 * JSON text keeps its meaning. Line ends are escaped too.
 */
export function toPrintable(text: string): string {
  return text.replace(unprintable, (character) => shortEscapes[character] ?? toEscapes(character));
}

/** The same for a text of several lines, whose line breaks stay. */
export function toPrintableLines(text: string): string {
  return text.split('\n').map(toPrintable).join('\n');
}

/** One for each half of a character beyond the basic plane, as JSON wants it. */
function toEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
