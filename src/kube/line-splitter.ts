/** Cuts a byte stream into lines; a line may arrive in any number of pieces. */

const lineFeed = 10;

export class LineSplitter {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come yet; copies, as a chunk may share a larger buffer. */
  #pieces: Buffer[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream stands in the middle of a line. */
  get isInsideLine(): boolean {
    return this.#pendingBytes > 0;
  }

  /** The lines that `chunk` completes; it must be read to its end. @throws RangeError at a line longer than the limit */
  *push(chunk: Buffer): Generator<string, void> {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.#check(end - start);
      yield this.#complete(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #complete(chunk: Buffer, start: number, end: number): string {
    if (this.#pieces.length === 0) return chunk.toString('utf8', start, end);
    const line = Buffer.concat([...this.#pieces, chunk.subarray(start, end)]).toString('utf8');
    this.#pieces = [];
    this.#pendingBytes = 0;
    return line;
  }

  #keep(piece: Buffer): void {
    this.#check(piece.length);
    this.#pieces.push(Buffer.from(piece));
    this.#pendingBytes += piece.length;
  }

  #check(moreBytes: number): void {
    if (this.#pendingBytes + moreBytes > this.#maxBytes) {
      throw new RangeError(`a line is longer than ${this.#maxBytes} bytes`);
    }
  }
}
