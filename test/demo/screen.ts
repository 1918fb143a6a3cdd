/** What the demo prints: steps, the commands it runs, and what they answer. */
import { styleText } from 'node:util';

const indent = '  ';

export class Screen {
  #steps = 0;
  readonly #beganMs = performance.now();

  title(text: string): void {
    write(styleText('bold', text));
  }

  step(text: string): void {
    this.#steps += 1;
    write(`\n${styleText('bold', `${this.#steps}. ${text}`)}`);
  }

  note(text: string): void {
    for (const line of text.trimEnd().split('\n')) write(styleText('dim', indent + line));
  }

  done(text: string): void {
    write(`${indent}${styleText('green', '✓')} ${text} ${styleText('dim', `(${this.#elapsed()})`)}`);
  }

  /** As it would be typed. */
  command(words: readonly string[]): void {
    write(`${indent}${styleText('cyan', `$ ${words.map(quote).join(' ')}`)}`);
  }

  output(text: string): void {
    if (text.trim() === '') return;
    for (const line of text.trimEnd().split('\n')) write(indent + line);
  }

  text(text: string): void {
    write(text);
  }

  #elapsed(): string {
    return `${((performance.now() - this.#beganMs) / 1000).toFixed(1)} s`;
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** For a POSIX shell; a pipe stays one. */
function quote(word: string): string {
  return /^[\w@%+=:,./|-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
