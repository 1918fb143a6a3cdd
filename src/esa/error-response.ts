/** A response that reports a failure, by its HTTP status or by its body, as an error until it becomes an EsaError. */
import type { Body } from '../cloud/call.ts';

export class ErrorResponse extends Error {
  override readonly name = 'ErrorResponse';
  readonly data: Body;

  constructor(data: Body) {
    super('the cloud reported a failure');
    this.data = data;
  }
}
