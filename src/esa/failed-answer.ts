/** Responses of the cloud that are no success, as errors until they become an EsaError. */
import type { Body } from './reported-failure.ts';

/** A response that reports a failure, by its HTTP status or by its body. */
export class ErrorAnswer extends Error {
  override readonly name = 'ErrorAnswer';
  readonly data: Body;

  constructor(data: Body) {
    super('the cloud reported a failure');
    this.data = data;
  }
}

/** A response that is neither a failure nor what the API promises. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly code: string;
  readonly data: Body;

  constructor(code: string, message: string, data: Body) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
