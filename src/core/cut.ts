/** Text that may be long, cut to a bound so that the reader sees that it was. */

const mark = '...';

/** `text` in at most `maxLength` UTF-16 units; where something is cut off it ends in `...`. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, maxLength - mark.length);
  return (endsInHalf(kept) ? kept.slice(0, -1) : kept) + mark;
}

/** Half of a character beyond the basic plane is no text. */
function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00;
}
