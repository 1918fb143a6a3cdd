/** Cuts a byte stream into lines; a line may arrive in any number of pieces. */
import { BodyBuffer, ResponseTooLargeError } from '../http/body-buffer.ts';

const lineFeed = 10;

export class LineSplitter {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come yet; a copy, as a chunk may share a larger buffer. */
  #pending: BodyBuffer | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream stands in the middle of a line. */
  get isInsideLine(): boolean {
    return this.#pending !== undefined;
  }

  /** The lines that `chunk` completes; it must be read to its end. @throws ResponseTooLargeError at a line longer than the limit */
  *push(chunk: Buffer): Generator<string, void> {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      yield this.#complete(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #complete(rest: Buffer): string {
    if (rest.length > this.#maxBytes) throw new ResponseTooLargeError(`${this.#maxBytes} bytes`);
    if (!this.#pending) return rest.toString();
    this.#pending.push(rest);
    const line = this.#pending.toString();
    this.#pending = undefined;
    return line;
  }

  #keep(piece: Buffer): void {
    this.#pending ??= new BodyBuffer(this.#maxBytes);
    this.#pending.push(piece);
  }
}
