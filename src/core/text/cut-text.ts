/** Texts from outside that were cut say so. */

const mark = '... [cut]';

/** The text, or its first `maxLength` characters with a mark after them. */
export function cutText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).toWellFormed()}${mark}`;
}
