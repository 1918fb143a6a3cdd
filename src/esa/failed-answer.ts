/** Answers of the cloud that are no success, as errors until they become an EsaError. */

/** An answer that reports an error. */
export class ErrorAnswer extends Error {
  override readonly name = 'ErrorAnswer';
  readonly data: Readonly<Record<string, unknown>>;

  constructor(data: Readonly<Record<string, unknown>>) {
    super('the cloud answered with an error');
    this.data = data;
  }
}

/** A successful answer that lacks what the API promises. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, data: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
