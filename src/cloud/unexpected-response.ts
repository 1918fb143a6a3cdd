/** A response that is neither a failure nor what the API promises, as an error until it becomes an EsaError. */
import type { Body } from './call.ts';

export class UnexpectedResponse extends Error {
  override readonly name = 'UnexpectedResponse';
  readonly code: string;
  readonly data: Body;

  constructor(code: string, message: string, data: Body) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
