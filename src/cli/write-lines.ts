/** Prints text that may come from outside: a cloud's message, a name in somebody's list, a file. */
import { toPrintable } from '../core/text/printable.ts';

/** Each on a line of its own; what a terminal would obey, line ends too, becomes an escape that can be read. */
export function writeLines(stream: NodeJS.WritableStream, lines: readonly string[]): void {
  stream.write(lines.map((line) => `${toPrintable(line)}\n`).join(''));
}
