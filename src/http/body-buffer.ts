/** The body of one response as it arrives, in one buffer that grows up to a limit. */

/** Code of the error for a response, or a part of one, that is larger than its limit. */
export const responseTooLarge = 'ResponseTooLarge';

export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
  readonly code = responseTooLarge;

  /** @param limit for example `8 bytes` */
  constructor(limit: string) {
    super(`the response has more than ${limit}`);
  }
}

/** Copies what it is given: a peer that sends single bytes costs no more memory than one that sends whole pages. */
export class BodyBuffer {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws ResponseTooLargeError where the body would become larger than the limit; it then stays as it was */
  push(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#maxBytes) throw new ResponseTooLargeError(`${this.#maxBytes} bytes`);
    if (length > this.#bytes.length) this.#grow(length);
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  toString(): string {
    return this.#bytes.toString('utf8', 0, this.#length);
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafe(Math.min(Math.max(length, this.#bytes.length * 2), this.#maxBytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
