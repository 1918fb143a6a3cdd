/** Has somebody at the terminal type a word before anything is done. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** @returns whether `word` was typed; at the end of the input, and at Ctrl+C, it was not */
export async function askToGoOn(question: string, word: string, terminal: Terminal): Promise<boolean> {
  const lines = createInterface(terminal);
  try {
    terminal.output.write(question);
    const typed = once(lines, 'line').then(([line]) => String(line));
    const ended = once(lines, 'close').then(() => '');
    return (await Promise.race([typed, ended])).trim() === word;
  } finally {
    lines.close();
  }
}
